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
    const topics = [...new Set(records.map(({ topic }) => topic))];
    const counts = await Promise.all(topics.map((topic) => this.topics.partitionsOf(topic)));
    const partitions = new Map(topics.map((topic, i) => [topic, counts[i] ?? 0]));
    return records.map((record) => toMessage(record, this.#place(record, partitions.get(record.topic) ?? 0)));
  }

  #place({ topic, partition, key }: OutgoingRecord, partitions: number): number {
    if (partition === undefined) return this.#partitioner.choose(key, partitions);
    if (partition < partitions) return partition;
    throw new MoodtapeError('MT_TRANSPORT', `there is no partition ${topic}/${partition}`);
  }
}
