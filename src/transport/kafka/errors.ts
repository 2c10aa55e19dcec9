import kafkajs from 'kafkajs';
import { MoodtapeError, messageOf } from '../../errors.js';

const {
  KafkaJSAggregateError,
  KafkaJSConnectionError,
  KafkaJSNotImplemented,
  KafkaJSProtocolError,
  KafkaJSSASLAuthenticationError,
} = kafkajs;

/** What brokers say to a request that they will not carry out, however often it is repeated. */
const REFUSALS: ReadonlySet<string | undefined> = new Set([
  'CLUSTER_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'GROUP_MAX_SIZE_REACHED',
  'INCONSISTENT_GROUP_PROTOCOL',
  'INVALID_CONFIG',
  'INVALID_GROUP_ID',
  'INVALID_PARTITIONS',
  'INVALID_RECORD',
  'INVALID_REPLICATION_FACTOR',
  'INVALID_SESSION_TIMEOUT',
  'INVALID_TIMESTAMP',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_TRANSACTION_TIMEOUT',
  'MESSAGE_TOO_LARGE',
  'POLICY_VIOLATION',
  'RECORD_LIST_TOO_LARGE',
  'SASL_AUTHENTICATION_FAILED',
  'SECURITY_DISABLED',
  'TOPIC_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'UNSUPPORTED_COMPRESSION_TYPE',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  'UNSUPPORTED_SASL_MECHANISM',
  'UNSUPPORTED_VERSION',
]);

/** The error that kafkajs wrapped, at whatever depth. */
function rootOf(error: unknown): unknown {
  if (error instanceof KafkaJSAggregateError && error.errors.length > 0) return rootOf(error.errors[0]);
  return error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error;
}

/** What the broker answered, by its name in Kafka's protocol. */
export function answerOf(error: unknown): string | undefined {
  const root = rootOf(error);
  return root instanceof KafkaJSProtocolError ? root.type : undefined;
}

/** The transaction belongs to a producer that was replaced: by another consumer, or because it took too long. */
export function isFenced(error: unknown): boolean {
  const known = error instanceof MoodtapeError && error.code === 'MT_FENCED';
  return known || answerOf(error) === 'INVALID_PRODUCER_EPOCH';
}

/** It is of no use to try again. Whatever else fails may come right when a broker is back or a group has settled. */
export function isRefused(error: unknown): boolean {
  const root = rootOf(error);
  return (
    REFUSALS.has(answerOf(error)) ||
    (root instanceof MoodtapeError && root.code !== 'MT_FENCED') ||
    root instanceof KafkaJSSASLAuthenticationError ||
    root instanceof KafkaJSNotImplemented
  );
}

export function fencedError(topic: string, partition: number): MoodtapeError {
  return new MoodtapeError('MT_FENCED', `another consumer has taken over ${topic}/${partition}`);
}

/** Says what could not be done, where, why, and the way out. kafkajs puts no secret into its messages. */
export function transportError(
  error: unknown,
  doing: string,
  brokers: readonly string[],
  topic?: string,
): MoodtapeError {
  if (error instanceof MoodtapeError) return error;
  const root = rootOf(error);
  const remedy = remedyFor(root, topic ?? 'the topic');
  return new MoodtapeError(
    'MT_TRANSPORT',
    `cannot ${doing} (Kafka at ${brokers.join(', ')}): ${messageOf(root)}`,
    {
      cause: error,
      ...(remedy !== undefined && { remedy }),
    },
  );
}

function remedyFor(root: unknown, topic: string): string | undefined {
  const answer = answerOf(root);
  if (answer?.endsWith('AUTHORIZATION_FAILED')) {
    return 'give the account the rights that docs/operations.md lists';
  }
  if (root instanceof KafkaJSSASLAuthenticationError || answer === 'SASL_AUTHENTICATION_FAILED') {
    return 'check the username, the password and the mechanism';
  }
  if (answer?.endsWith('TOO_LARGE')) return `raise max.message.bytes of ${topic}`;
  if (answer === 'INVALID_REPLICATION_FACTOR') return 'ask for no more copies than there are brokers';
  if (root instanceof KafkaJSConnectionError) {
    return 'check that the brokers run at these addresses, and whether they expect TLS';
  }
  return undefined;
}
