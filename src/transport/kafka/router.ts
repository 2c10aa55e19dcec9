import { MoodtapeError } from '../../errors.js';
import { Partitioner } from '../partitioner.js';
import type { OutgoingRecord } from '../transport.js';
import { type RoutedMessage, toMessage } from './record.js';
import type { Topics } from './topics.js';

/** Finds the partition of each record. */
export class Router {
  readonly #partitioner = new Partitioner();

  constructor(private readonly topics: Topics) {}

  /** @throws MoodtapeError MT_TRANSPORT when a topic or a partition does not exist. */
  async route(records: readonly OutgoingRecord[]): Promise<RoutedMessage[]> {
    const highest = new Map<string, number>();
    for (const { topic, partition = 0 } of records) {
      highest.set(topic, Math.max(partition, highest.get(topic) ?? 0));
    }
    const counts = await Promise.all(
      [...highest].map(async ([topic, partition]) => {
        return [topic, await this.topics.partitionsOf(topic, partition)] as const;
      }),
    );
    const partitions = new Map(counts);
    return records.map((record) => toMessage(record, this.#place(record, partitions.get(record.topic) ?? 0)));
  }

  #place({ topic, partition, key }: OutgoingRecord, partitions: number): number {
    if (partition === undefined) return this.#partitioner.choose(key, partitions);
    if (partition < partitions) return partition;
    throw new MoodtapeError('MT_TRANSPORT', `there is no partition ${topic}/${partition}`);
  }
}
