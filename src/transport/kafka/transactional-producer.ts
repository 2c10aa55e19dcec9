import { setTimeout } from 'node:timers/promises';
import type { CompressionTypes, Kafka, Producer, Transaction } from 'kafkajs';
import { answerOf } from './errors.js';
import type { RoutedMessage } from './record.js';
import { routedPartitioner } from './routed-partitioner.js';
import { shipmentsOf } from './shipment.js';

/**
 * Milliseconds after which a broker aborts a transaction that was begun on it: it begins when all is ready to be written, so
 * only a producer that died or lost its broker takes so long, and readers wait for it.
 */
const TRANSACTION_TIMEOUT_MS = 30_000;
/** The markers of a transaction are written after its end is acknowledged; the next one has to wait for them. */
const RETRY = { initialRetryTime: 10, maxRetryTime: 1_000, retries: 8 };
const MARKERS_PAUSE_MS = 10;

/** How far a group has read a partition. */
export interface Progress {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** The next offset. */
  readonly offset: bigint;
}

/** Writes in transactions, one after the other. After a failure it is of no more use: what became of it is unknown. */
export class TransactionalProducer {
  /** The transaction that `open` has begun, which no broker knows of yet. */
  #begun: Transaction | undefined;

  private constructor(
    private readonly producer: Producer,
    private readonly compression: CompressionTypes,
    begun: Transaction,
  ) {
    this.#begun = begun;
  }

  /** From here on every earlier producer of this id is fenced, and its last transaction is complete or aborted. */
  static async open(
    client: Kafka,
    id: string,
    compression: CompressionTypes,
  ): Promise<TransactionalProducer> {
    const producer = client.producer({
      transactionalId: id,
      transactionTimeout: TRANSACTION_TIMEOUT_MS,
      allowAutoTopicCreation: false,
      createPartitioner: routedPartitioner,
      retry: RETRY,
    });
    try {
      await producer.connect();
      return new TransactionalProducer(producer, compression, await producer.transaction());
    } catch (error) {
      await producer.disconnect().catch(() => undefined);
      throw error;
    }
  }

  /** The messages and the progress become visible together. */
  async write(messages: readonly RoutedMessage[], progress?: Progress): Promise<void> {
    const transaction = this.#begun ?? (await this.producer.transaction());
    this.#begun = undefined;
    const written = await Promise.allSettled([
      this.#send(transaction, messages),
      ...(progress === undefined ? [] : [sendProgress(transaction, progress)]),
    ]);
    for (const result of written) if (result.status === 'rejected') throw result.reason;
    await transaction.commit();
  }

  async close(): Promise<void> {
    await this.producer.disconnect().catch(() => undefined);
  }

  /**
   * A call for each partition: when one that goes to several brokers has to be repeated, kafkajs sends again what a broker was about to
   * acknowledge, and leaves out what has moved to a broker that has acknowledged the rest.
   */
  async #send(transaction: Transaction, messages: readonly RoutedMessage[]): Promise<void> {
    const { compression } = this;
    for (const shipment of shipmentsOf(messages)) {
      await Promise.all(
        shipment.map((batch) => transaction.sendBatch({ topicMessages: [batch], compression })),
      );
    }
  }
}

/** kafkajs tries a send again while the markers of the last transaction are missing, but not this. */
async function sendProgress(
  transaction: Transaction,
  { group, topic, partition, offset }: Progress,
): Promise<void> {
  const topics = [{ topic, partitions: [{ partition, offset: String(offset) }] }];
  const deadline = Date.now() + TRANSACTION_TIMEOUT_MS;
  for (;;) {
    try {
      return await transaction.sendOffsets({ consumerGroupId: group, topics });
    } catch (error) {
      if (answerOf(error) !== 'CONCURRENT_TRANSACTIONS' || Date.now() > deadline) throw error;
    }
    await setTimeout(MARKERS_PAUSE_MS);
  }
}
