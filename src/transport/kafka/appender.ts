import { randomUUID } from 'node:crypto';
import type { CompressionTypes, Kafka, Producer } from 'kafkajs';
import type { RoutedMessage } from './record.js';
import { routedPartitioner } from './routed-partitioner.js';
import { type Shipment, shipmentsOf } from './shipment.js';
import { TransactionalProducer } from './transactional-producer.js';

/** About half a minute of attempts. */
const RETRY = { initialRetryTime: 50, maxRetryTime: 2_000, retries: 20 };

/**
 * Writes outside polls, one call after the other: kafkajs mixes up the sequence numbers of batches that are on their way at
 * the same time. What is one batch needs no transaction: a broker takes it as a whole and, from an idempotent
 * producer, once.
 */
export class Appender {
  readonly #id = `moodtape.append.${randomUUID()}`;
  #idempotent: Producer | undefined;
  #transactional: TransactionalProducer | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(
    private readonly client: Kafka,
    private readonly compression: CompressionTypes,
  ) {}

  append(messages: readonly RoutedMessage[]): Promise<void> {
    const shipments = shipmentsOf(messages);
    const [first] = shipments;
    const write = () => {
      if (first === undefined) return Promise.resolve();
      const whole = shipments.length === 1 && first.length === 1;
      return whole ? this.#writeBatch(first) : this.#writeTransaction(messages);
    };
    const written = this.#last.then(write);
    this.#last = written.catch(() => this.#discard());
    return written;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#discard();
  }

  async #writeBatch(topicMessages: Shipment): Promise<void> {
    this.#idempotent ??= await this.#openIdempotent();
    await this.#idempotent.sendBatch({ topicMessages, compression: this.compression });
  }

  async #writeTransaction(messages: readonly RoutedMessage[]): Promise<void> {
    this.#transactional ??= await TransactionalProducer.open(this.client, this.#id, this.compression);
    await this.#transactional.write(messages);
  }

  /** After a failure the sequence numbers of a producer may be ones that the broker has seen: it would drop what is new. */
  async #discard(): Promise<void> {
    await this.#idempotent?.disconnect().catch(() => undefined);
    await this.#transactional?.close();
    this.#idempotent = undefined;
    this.#transactional = undefined;
  }

  async #openIdempotent(): Promise<Producer> {
    const producer = this.client.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      createPartitioner: routedPartitioner,
      retry: RETRY,
    });
    try {
      await producer.connect();
      return producer;
    } catch (error) {
      await producer.disconnect().catch(() => undefined);
      throw error;
    }
  }
}
