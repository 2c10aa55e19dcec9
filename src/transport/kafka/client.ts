import { Kafka, logLevel, type SASLOptions } from 'kafkajs';
import { logCreatorFor } from './logs.js';
import type { KafkaOptions } from './options.js';
import { socketFactory } from './sockets.js';
import './compression.js';
import './repairs/request-timers.js';

/** About ten seconds of attempts in all; what must go on for longer begins anew. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 };
const CONNECTION_TIMEOUT_MS = 10_000;

/**
 * A client of the brokers; it connects when it is used. kafkajs lets all consumers and producers of one client share a
 * table of committed offsets by group, so whatever must not meddle with the offsets of another has a client of its own.
 */
export function createClient({ clientId, brokers, tls, sasl, onLog }: KafkaOptions): Kafka {
  return new Kafka({
    clientId,
    brokers: [...brokers],
    ...(tls && { ssl: { ...tls } }),
    ...(sasl && { sasl: saslOptions(sasl) }),
    socketFactory,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    retry: RETRY,
    logLevel: onLog ? logLevel.INFO : logLevel.NOTHING,
    ...(onLog && { logCreator: logCreatorFor(onLog) }),
  });
}

function saslOptions({ mechanism, username, password }: NonNullable<KafkaOptions['sasl']>): SASLOptions {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}
