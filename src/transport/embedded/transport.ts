import { Observable } from 'rxjs';
import { Environment } from '../../environment.js';
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
import { Consumer } from './consumer.js';
import { Groups } from './group.js';
import { Log } from './log.js';
import { readStretches, tail } from './reading.js';

export interface EmbeddedOptions {
  /** Milliseconds after which the partitions of a silent consumer go to others. */
  readonly sessionMs?: number;
}

/**
 * Opens the log that lives in `folder`, on this machine's disk. Several processes may open it at once.
 *
 * What `append` and `commit` have resolved is on disk, and so is all that a consumer is given.
 *
 * @throws MoodtapeError MT_TRANSPORT when the folder cannot be used.
 */
export function openEmbeddedTransport(folder: string, options: EmbeddedOptions = {}): Transport {
  return new EmbeddedTransport(Environment.open(folder, 'MT_TRANSPORT'), options.sessionMs ?? 10_000);
}

class EmbeddedTransport implements Transport {
  /** How to end each consumption that goes on. */
  private readonly consuming = new Set<() => void>();
  private readonly leaving = new Set<Promise<void>>();
  private readonly closing = new AbortController();
  private readonly log: Log;
  private readonly groups: Groups;

  constructor(
    private readonly environment: Environment,
    private readonly sessionMs: number,
  ) {
    this.log = new Log(environment);
    this.groups = new Groups(this.log);
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    await this.log.ensureTopics(topics);
  }

  consume(options: ConsumeOptions): Observable<Poll> {
    return new Observable((subscriber) => {
      const consumer = new Consumer(
        this.log,
        this.groups.group(options.group),
        options,
        this.sessionMs,
        subscriber,
      );
      const complete = () => subscriber.complete();
      this.consuming.add(complete);
      return () => {
        this.consuming.delete(complete);
        this.track(consumer.leave());
      };
    });
  }

  async append(records: readonly OutgoingRecord[]): Promise<void> {
    const prepared = this.log.prepare(records);
    await this.environment.write(() => this.log.put(prepared));
  }

  async lag(groupName: string, topics: readonly string[]): Promise<PartitionLag[]> {
    const group = this.groups.group(groupName);
    const partitions = topics.flatMap((topic) => this.log.partitionsOf(topic));
    return partitions.map((partition) => {
      const start = this.log.start(partition.id);
      const committed = Math.max(group.claim(partition)?.offset ?? start, start);
      return {
        topic: partition.topic,
        partition: partition.partition,
        committed: BigInt(committed),
        end: BigInt(this.log.end(partition.id)),
      };
    });
  }

  async offsetsAt(topic: string, time: number): Promise<Map<number, bigint>> {
    const partitions = this.log.partitionsOf(topic);
    return new Map(partitions.map(({ partition, id }) => [partition, BigInt(this.log.offsetAt(id, time))]));
  }

  read(stretches: readonly Stretch[]): AsyncIterable<readonly LogRecord[]> {
    return readStretches(this.log, stretches);
  }

  tail(from: Positions, signal: AbortSignal): AsyncIterable<readonly LogRecord[]> {
    return tail(this.log, from, AbortSignal.any([signal, this.closing.signal]));
  }

  async close(): Promise<void> {
    this.closing.abort();
    for (const complete of this.consuming) complete();
    await Promise.all(this.leaving);
    await this.environment.close();
  }

  /** A consumer that cannot say goodbye loses its partitions when its lease runs out. */
  private track(leave: Promise<void>): void {
    const left = leave
      .catch(() => undefined)
      .finally(() => {
        this.leaving.delete(left);
      });
    this.leaving.add(left);
  }
}
