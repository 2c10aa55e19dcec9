import { type Consumer, Kafka, logLevel, type Producer } from 'kafkajs';
import { sentimentCodec } from '../../codec/codecs.js';
import { decodeText } from '../../codec/raw-text.js';
import { normalise } from '../../text/normalise.js';
import type { Clock } from '../clock.js';
import { type BenchTopics, PARTITIONS, RAW_CODEC } from '../kafka-topics.js';
import { stubSentiment } from '../stub.js';

const SESSION_MS = 10_000;
const OUTPUT_CODEC = sentimentCodec('avro');

/**
 * The loop that one would write by hand: kafkajs reads a batch, each record is decoded, normalised, given a score and
 * encoded, and one transaction writes them all. Ends when so many records are written.
 */
export async function scoreByHand(topics: BenchTopics, records: number, clock: Clock): Promise<void> {
  const kafka = new Kafka({ clientId: 'by-hand', brokers: [...topics.brokers], logLevel: logLevel.NOTHING });
  const group = topics.newGroup();
  const consumer = kafka.consumer({ groupId: group, sessionTimeout: SESSION_MS });
  const producers = await Promise.all(
    Array.from({ length: PARTITIONS }, async (_, partition) => {
      const transactionalId = `${group}.${partition}`;
      const producer = kafka.producer({ transactionalId, maxInFlightRequests: 1, idempotent: true });
      await producer.connect();
      return producer;
    }),
  );
  await consumer.connect();
  await consumer.subscribe({ topics: [topics.raw], fromBeginning: true });
  await transformAll(consumer, producers, { ...topics, group, records, clock });
  await Promise.all([consumer.disconnect(), ...producers.map((producer) => producer.disconnect())]);
}

interface Work extends BenchTopics {
  readonly group: string;
  readonly records: number;
  readonly clock: Clock;
}

/** Resolves when so many records are written. */
function transformAll(
  consumer: Consumer,
  producers: readonly Producer[],
  { scored, group, records, clock }: Work,
): Promise<void> {
  let done = 0;
  return new Promise((resolve, reject) => {
    const running = consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS,
      async eachBatch({ batch, resolveOffset }) {
        clock.begin();
        const { topic, partition, messages } = batch;
        const transaction = await producers[partition]?.transaction();
        await transaction?.send({
          topic: scored,
          messages: messages.map(({ value, offset }) =>
            scoredMessage(value, `${topic}/${partition}/${offset}`),
          ),
        });
        const next = String(BigInt(batch.lastOffset()) + 1n);
        await transaction?.sendOffsets({
          consumerGroupId: group,
          topics: [{ topic, partitions: [{ partition, offset: next }] }],
        });
        await transaction?.commit();
        resolveOffset(batch.lastOffset());
        done += messages.length;
        if (done === records) {
          clock.end();
          resolve();
        }
      },
    });
    running.catch(reject);
  });
}

function scoredMessage(value: Uint8Array | null, source: string) {
  const { id, text, publishedAt, symbols } = decodeText(value, 'news', RAW_CODEC);
  const sentiment = stubSentiment({ id, text: normalise(text), symbols: [...symbols], publishedAt, source });
  return { key: id, value: Buffer.from(OUTPUT_CODEC.encode(sentiment)) };
}
