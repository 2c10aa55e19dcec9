import { Partitioners, type PartitionMetadata } from 'kafkajs';
import { MoodtapeError } from '../../errors.js';
import type { OutgoingRecord } from '../transport.js';
import { type RoutedMessage, toMessage } from './record.js';
import type { Topics } from './topics.js';

/** Finds the partition of each record: equal keys share one, as with Kafka's own clients, and keyless records go round. */
export class Router {
  readonly #choose = Partitioners.DefaultPartitioner();

  constructor(private readonly topics: Topics) {}

  /** @throws MoodtapeError MT_TRANSPORT when a topic or a partition does not exist. */
  async route(records: readonly OutgoingRecord[]): Promise<RoutedMessage[]> {
    const names = [...new Set(records.map(({ topic }) => topic))];
    const known = await Promise.all(
      names.map(async (topic) => [topic, await this.topics.partitionsOf(topic)] as const),
    );
    const partitions = new Map(known);
    return records.map((record) => this.#place(record, partitions.get(record.topic) ?? []));
  }

  #place(record: OutgoingRecord, partitionMetadata: PartitionMetadata[]): RoutedMessage {
    const { topic, partition } = record;
    if (partition !== undefined && !partitionMetadata.some(({ partitionId }) => partitionId === partition)) {
      throw new MoodtapeError('MT_TRANSPORT', `there is no partition ${topic}/${partition}`);
    }
    const message = toMessage(record);
    return { ...message, topic, partition: this.#choose({ topic, partitionMetadata, message }) };
  }
}
