import type { PartitionLag } from '../transport.js';
import type { Administration } from './administration.js';
import type { Connections } from './connections.js';
import type { Topics } from './topics.js';

/** What kafkajs commits for a group that retention has overtaken: its next record is the first that is left. */
const OVERTAKEN = '-2';

export interface Bounds {
  /** The first offset that is still in the log. */
  readonly low: bigint;
  /** The offset after the last record or transaction marker, of transactions under way too. */
  readonly high: bigint;
}

/** Where groups are, and where partitions begin and end. */
export class Offsets {
  constructor(
    private readonly administration: Administration,
    private readonly topics: Topics,
    private readonly connections: Connections,
  ) {}

  /** The next offset of each partition that the group has committed. */
  async committed(group: string, topic: string): Promise<Map<number, bigint>> {
    await this.topics.partitionsOf(topic);
    const rows = await this.administration.ask(`find the offsets of the group ${group}`, (admin) =>
      // Of whatever it has read: of topics kafkajs asks for the partitions that it happens to know, which may be none.
      admin.fetchOffsets({ groupId: group }),
    );
    const offsets = rows
      .filter((row) => row.topic === topic)
      .flatMap(({ partitions }) => partitions)
      .map(({ partition, offset }) => [partition, offset === OVERTAKEN ? 0n : BigInt(offset)] as const);
    return new Map(offsets.filter(([, offset]) => offset >= 0n));
  }

  async boundsOf(topic: string, partition: number): Promise<Bounds> {
    const bounds = (await this.bounds(topic)).get(partition);
    if (bounds === undefined) throw new Error(`Kafka does not say where ${topic}/${partition} begins`);
    return bounds;
  }

  /**
   * The admin of kafkajs tells of the end of what is decided alone. That is behind what was written for a moment after each
   * transaction: its end is acknowledged before the partitions know of it.
   */
  async bounds(topic: string): Promise<Map<number, Bounds>> {
    const count = await this.topics.partitionsOf(topic);
    const { lows, highs } = await this.administration.ask(`find the offsets of the topic ${topic}`, () =>
      this.#askBounds(topic, count),
    );
    return new Map(
      [...highs].map(([partition, high]) => [partition, { low: lows.get(partition) ?? 0n, high }]),
    );
  }

  /** The first offset of each partition whose record is not older than `time`; its end when all are. */
  async at(topic: string, time: number): Promise<Map<number, bigint>> {
    const count = await this.topics.partitionsOf(topic);
    const rows = await this.administration.ask(`find the offsets of the topic ${topic}`, async (admin) =>
      all(count, await admin.fetchTopicOffsetsByTimestamp(topic, time)),
    );
    return new Map(rows.map(({ partition, offset }) => [partition, BigInt(offset)]));
  }

  async lag(group: string, topics: readonly string[]): Promise<PartitionLag[]> {
    const rows = await Promise.all(
      topics.map(async (topic) => {
        const [committed, bounds] = await Promise.all([this.committed(group, topic), this.bounds(topic)]);
        return [...bounds].map(([partition, { low, high }]) => {
          const offset = committed.get(partition) ?? low;
          const next = offset < low ? low : offset;
          // The group may have moved on after the end was told.
          return { topic, partition, committed: next, end: next < high ? high : next };
        });
      }),
    );
    return rows.flat().sort((a, b) => a.partition - b.partition);
  }

  async #askBounds(
    topic: string,
    count: number,
  ): Promise<{ lows: Map<number, bigint>; highs: Map<number, bigint> }> {
    const { cluster } = this.connections;
    await this.connections.connect([topic]);
    const partitions = cluster
      .findTopicPartitionMetadata(topic)
      .map(({ partitionId }) => ({ partition: partitionId }));
    const ask = async (fromBeginning: boolean) => {
      const answers = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning }]);
      const offsets = all(
        count,
        answers.flatMap((answer) => answer.partitions),
      );
      return new Map(offsets.map(({ partition, offset }) => [partition, BigInt(offset)]));
    };
    const [lows, highs] = await Promise.all([ask(true), ask(false)]);
    return { lows, highs };
  }
}

/** For a while kafkajs may know no partitions of a topic, where others are asked for at the same time; then it is to be asked again. */
function all<T>(count: number, partitions: T[]): T[] {
  if (partitions.length < count) throw new Error('the brokers do not tell of all partitions');
  return partitions;
}
