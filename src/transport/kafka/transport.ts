import { Observable } from 'rxjs';
import { MoodtapeError } from '../../errors.js';
import type {
  ConsumeOptions,
  LogRecord,
  OutgoingRecord,
  PartitionLag,
  Poll,
  Positions,
  Stretch,
  TopicSpec,
  Transport,
} from '../transport.js';
import { Administration } from './administration.js';
import { Appender } from './appender.js';
import { type Client, createClient } from './client.js';
import { COMPRESSIONS } from './compression.js';
import { Connections } from './connections.js';
import { Consumer } from './consumer.js';
import { transportError } from './errors.js';
import { withoutRepetition } from './logs.js';
import { Offsets } from './offsets.js';
import type { KafkaOptions } from './options.js';
import { Router } from './router.js';
import type { Services } from './services.js';
import { StretchReader } from './stretch-reader.js';
import { Tail } from './tail.js';
import { Topics } from './topics.js';
import { TransactionalProducer } from './transactional-producer.js';

export type { KafkaLogEntry, KafkaOptions } from './options.js';

/**
 * A handle on a Kafka cluster. It connects when it is first used; what it is asked then fails with MT_TRANSPORT when the brokers
 * refuse it or cannot be reached. Consumers that have begun wait for brokers that are away.
 */
export function openKafkaTransport({ onLog, ...options }: KafkaOptions): Transport {
  return new KafkaTransport({ ...options, ...(onLog && { onLog: withoutRepetition(onLog) }) });
}

class KafkaTransport implements Transport {
  /** How to end each consumption that goes on. */
  readonly #consuming = new Set<() => void>();
  readonly #leaving = new Set<Promise<void>>();
  readonly #client: Client;
  readonly #administration: Administration;
  readonly #connections: Connections;
  readonly #appender: Appender;
  readonly #services: Services;
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;

  constructor(private readonly options: KafkaOptions) {
    const client = createClient(options);
    const compression = COMPRESSIONS[options.compression];
    this.#client = client;
    this.#administration = new Administration(client, options.brokers);
    this.#connections = new Connections(client);
    this.#appender = new Appender(client, compression);
    const topics = new Topics(this.#administration, options.replication);
    this.#services = {
      options,
      topics,
      offsets: new Offsets(this.#administration, topics, this.#connections),
      router: new Router(topics),
      log: options.onLog ?? (() => undefined),
      openProducer: (id) => TransactionalProducer.open(client, id, compression),
    };
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    this.#assertOpen();
    await this.#services.topics.ensure(topics);
  }

  consume(options: ConsumeOptions): Observable<Poll> {
    return new Observable((subscriber) => {
      this.#assertOpen();
      const consumer = new Consumer(this.#services, options, subscriber);
      const complete = () => subscriber.complete();
      this.#consuming.add(complete);
      return () => {
        this.#consuming.delete(complete);
        const left = consumer.leave().finally(() => this.#leaving.delete(left));
        this.#leaving.add(left);
      };
    });
  }

  async append(records: readonly OutgoingRecord[]): Promise<void> {
    this.#assertOpen();
    const messages = await this.#services.router.route(records);
    try {
      await this.#appender.append(messages);
    } catch (error) {
      throw transportError(error, 'append records', this.options.brokers);
    }
  }

  async lag(group: string, topics: readonly string[]): Promise<PartitionLag[]> {
    this.#assertOpen();
    return this.#services.offsets.lag(group, topics);
  }

  async offsetsAt(topic: string, time: number): Promise<Map<number, bigint>> {
    this.#assertOpen();
    return this.#services.offsets.at(topic, time);
  }

  read(stretches: readonly Stretch[]): AsyncIterable<readonly LogRecord[]> {
    this.#assertOpen();
    return new StretchReader(this.options, this.#services.offsets).read(stretches);
  }

  async *tail(from: Positions, signal: AbortSignal): AsyncIterable<readonly LogRecord[]> {
    this.#assertOpen();
    yield* new Tail(this.#services, from, AbortSignal.any([signal, this.#closing.signal])).follow();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw new MoodtapeError('MT_TRANSPORT', 'the log is closed');
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    for (const complete of this.#consuming) complete();
    await Promise.all(this.#leaving);
    await this.#appender.close();
    await this.#administration.close();
    await this.#connections.close();
    this.#client.close();
  }
}
