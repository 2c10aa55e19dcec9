import type { PartitionLag } from '../transport.js';
import type { Administration } from './administration.js';
import type { Topics } from './topics.js';

/** What kafkajs commits for a group that retention has overtaken: its next record is the first that is left. */
const OVERTAKEN = '-2';

export interface Bounds {
  /** The first offset that is still in the log. */
  readonly low: bigint;
  /** The offset after the last record or transaction marker. */
  readonly high: bigint;
}

/** Where groups are, and where partitions begin and end. */
export class Offsets {
  constructor(
    private readonly administration: Administration,
    private readonly topics: Topics,
  ) {}

  /** The next offset of each partition that the group has committed. */
  async committed(group: string, topic: string): Promise<Map<number, bigint>> {
    await this.topics.partitionsOf(topic);
    const rows = await this.administration.ask(`find the offsets of the group ${group}`, (admin) =>
      admin.fetchOffsets({ groupId: group, topics: [topic] }),
    );
    const offsets = rows
      .flatMap(({ partitions }) => partitions)
      .map(({ partition, offset }) => [partition, offset === OVERTAKEN ? 0n : BigInt(offset)] as const);
    return new Map(offsets.filter(([, offset]) => offset >= 0n));
  }

  async boundsOf(topic: string, partition: number): Promise<Bounds> {
    const bounds = (await this.bounds(topic)).get(partition);
    if (bounds === undefined) throw new Error(`Kafka does not say where ${topic}/${partition} begins`);
    return bounds;
  }

  async bounds(topic: string): Promise<Map<number, Bounds>> {
    await this.topics.partitionsOf(topic);
    const rows = await this.administration.ask(`find the offsets of the topic ${topic}`, (admin) =>
      admin.fetchTopicOffsets(topic),
    );
    return new Map(
      rows.map(({ partition, low, high }) => [partition, { low: BigInt(low), high: BigInt(high) }]),
    );
  }

  /** The first offset of each partition whose record is not older than `time`; its end when all are. */
  async at(topic: string, time: number): Promise<Map<number, bigint>> {
    await this.topics.partitionsOf(topic);
    const rows = await this.administration.ask(`find the offsets of the topic ${topic}`, (admin) =>
      admin.fetchTopicOffsetsByTimestamp(topic, time),
    );
    return new Map(rows.map(({ partition, offset }) => [partition, BigInt(offset)]));
  }

  async lag(group: string, topics: readonly string[]): Promise<PartitionLag[]> {
    const rows = await Promise.all(
      topics.map(async (topic) => {
        const [committed, bounds] = await Promise.all([this.committed(group, topic), this.bounds(topic)]);
        return [...bounds].map(([partition, { low, high }]) => {
          const offset = committed.get(partition) ?? low;
          return { topic, partition, committed: offset < low ? low : offset, end: high };
        });
      }),
    );
    return rows.flat().sort((a, b) => a.partition - b.partition);
  }
}
