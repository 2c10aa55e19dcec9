import type { Observable } from 'rxjs';

/** Header values are bytes, as in Kafka. */
export type Headers = Readonly<Record<string, Uint8Array>>;

/** A record as it lies in the log. */
export interface LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: Headers;
}

/** A record to be written. Without `partition`, equal keys share a partition and keyless records are spread. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly partition?: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers?: Headers;
  /** Milliseconds since the epoch; now, when left out. */
  readonly timestamp?: number;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  /** Milliseconds that records are kept; for ever when left out. */
  readonly retentionMs?: number;
}

export interface ConsumeOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** Where a group without a committed offset starts. */
  readonly from: 'earliest' | 'latest';
  /** Upper bounds of one poll; a single record larger than `maxBytes` is delivered alone. */
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/** Records of one partition, in offset order, never empty. */
export interface Poll {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly LogRecord[];
  /** The offset that the partition's next poll starts at, once this one is committed. */
  readonly nextOffset: bigint;
  /** Starts the transaction that acknowledges this poll. A poll is acknowledged at most once. */
  begin(): Promise<Transaction>;
}

/**
 * Writes that become visible together with the poll's next offset, or not at all.
 *
 * @throws MoodtapeError MT_FENCED from `commit` when another consumer has taken over the partition.
 */
export interface Transaction {
  send(records: readonly OutgoingRecord[]): Promise<void>;
  commit(): Promise<void>;
  /** Drops the writes; the poll is delivered again. */
  abort(): Promise<void>;
}

export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** The next offset that the group will read. */
  readonly committed: bigint;
  /** The offset after the last record that has been written; readers may see it a moment later. */
  readonly end: bigint;
}

/** A part of a partition. */
export interface Stretch {
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
  /** Not part of it any more. */
  readonly until: bigint;
}

/** The next offset of each partition, by topic; what is not named begins at its first record. */
export type Positions = ReadonlyMap<string, ReadonlyMap<number, bigint>>;

/**
 * The log: topics of partitions of records. `kafka` and `embedded` implement it, and test/conformance holds both to it.
 *
 * - `consume` emits at most one unacknowledged poll a partition; the next one comes after its transaction commits
 *   (then it goes on) or aborts (then it comes again). Unsubscribing stops reading and leaves the group.
 * - Consumers of one group share the partitions; a partition has one owner at a time. When an owner dies, another
 *   consumer goes on from the last commit, and the old owner's transactions are fenced.
 * - Only committed records are ever delivered.
 */
export interface Transport {
  /** Creates the topics that do not exist yet and leaves the others as they are. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  consume(options: ConsumeOptions): Observable<Poll>;
  /** Appends records all together, outside any poll: feeds and tools. Lag counts them at once, readers may see them a moment later. */
  append(records: readonly OutgoingRecord[]): Promise<void>;
  lag(group: string, topics: readonly string[]): Promise<PartitionLag[]>;
  /**
   * Of each partition, where its records of a time begin: those before the offset are older. Its end when all are.
   *
   * @param time milliseconds since the epoch
   */
  offsetsAt(topic: string, time: number): Promise<Map<number, bigint>>;
  /** Reads records again, outside any group: all that a stretch has, in its order, a few at a time. Waits for what is not decided. */
  read(stretches: readonly Stretch[]): AsyncIterable<readonly LogRecord[]>;
  /**
   * Follows topics outside any group: all records from the positions on, as they come, also those of partitions that come later; in
   * each partition's order, some of one partition at a time. It has no end before `signal` aborts or the log is closed.
   */
  tail(from: Positions, signal: AbortSignal): AsyncIterable<readonly LogRecord[]>;
  close(): Promise<void>;
}
