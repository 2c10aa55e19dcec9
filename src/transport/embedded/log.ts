import type { Database } from 'lmdb';
import type { Environment } from '../../environment.js';
import { MoodtapeError } from '../../errors.js';
import { Partitioner } from '../partitioner.js';
import type { LogRecord, OutgoingRecord, TopicSpec } from '../transport.js';
import { decodeRecord, encodeRecord, timestampOf } from './record.js';

interface TopicRow {
  readonly partitions: number;
  /** The topic's partitions have the ids `firstId`, `firstId + 1`, … */
  readonly firstId: number;
  readonly retentionMs?: number;
}

/** One partition of one topic. */
export interface Partition {
  readonly topic: string;
  readonly partition: number;
  /** Unique in the log. */
  readonly id: number;
}

/** A record that has its partition and its bytes. */
export interface PreparedRecord {
  readonly id: number;
  readonly bytes: Buffer;
  readonly retentionMs: number | undefined;
}

export interface ReadBounds {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/** Expired records looked at for each record that is appended: enough to catch up, and bounded. */
const TRIM_FACTOR = 2;

/** Topics and their records. Inside, offsets are numbers; the border of the transport turns them into bigints. */
export class Log {
  private readonly topics: Database<TopicRow, string>;
  private readonly records: Database<Buffer, [id: number, offset: number]>;
  /** The next offset of each partition. */
  private readonly ends: Database<number, number>;
  private readonly known = new Map<string, TopicRow>();
  private readonly partitioner = new Partitioner();

  constructor(readonly environment: Environment) {
    this.topics = environment.table('topics');
    this.records = environment.table('records', { encoding: 'binary' });
    this.ends = environment.table('ends');
  }

  async ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    const missing = specs.filter((spec) => this.find(spec.name) === undefined);
    for (const { name, partitions } of missing) {
      if (!Number.isSafeInteger(partitions) || partitions < 1) {
        throw new MoodtapeError('MT_TRANSPORT', `topic ${name} needs at least one partition`);
      }
    }
    if (missing.length === 0) return;
    await this.environment.write(() => {
      let firstId = 0;
      for (const { value } of this.topics.getRange()) {
        firstId = Math.max(firstId, value.firstId + value.partitions);
      }
      for (const { name, partitions, retentionMs } of missing) {
        if (this.topics.doesExist(name)) continue;
        this.topics.put(name, { partitions, firstId, ...(retentionMs !== undefined && { retentionMs }) });
        firstId += partitions;
      }
    });
  }

  /** @throws MoodtapeError MT_TRANSPORT when the topic does not exist. */
  partitionsOf(topic: string): Partition[] {
    const { firstId, partitions } = this.topic(topic);
    return Array.from({ length: partitions }, (_, partition) => ({
      topic,
      partition,
      id: firstId + partition,
    }));
  }

  /**
   * Gives each record its partition and its bytes.
   *
   * @throws MoodtapeError MT_TRANSPORT when a topic or partition does not exist.
   */
  prepare(records: readonly OutgoingRecord[]): PreparedRecord[] {
    const now = Date.now();
    return records.map((record) => {
      const topic = this.topic(record.topic);
      const partition = record.partition ?? this.partitioner.choose(record.key, topic.partitions);
      if (!Number.isInteger(partition) || partition < 0 || partition >= topic.partitions) {
        throw new MoodtapeError('MT_TRANSPORT', `topic ${record.topic} has no partition ${partition}`);
      }
      return {
        id: topic.firstId + partition,
        bytes: encodeRecord(record, now),
        retentionMs: topic.retentionMs,
      };
    });
  }

  /** Appends; only inside `Environment.write`. */
  put(records: readonly PreparedRecord[]): void {
    const appended = new Map<number, { end: number; count: number; retentionMs: number | undefined }>();
    for (const { id, bytes, retentionMs } of records) {
      let partition = appended.get(id);
      if (partition === undefined) {
        partition = { end: this.end(id), count: 0, retentionMs };
        appended.set(id, partition);
      }
      this.records.put([id, partition.end++], bytes);
      partition.count++;
    }
    for (const [id, { end, count, retentionMs }] of appended) {
      this.ends.put(id, end);
      if (retentionMs !== undefined) this.trim(id, Date.now() - retentionMs, count * TRIM_FACTOR);
    }
  }

  /** Records from `offset` on, in order; a single record larger than `maxBytes` comes alone. */
  read(
    { topic, partition, id }: Partition,
    offset: number,
    { maxRecords, maxBytes }: ReadBounds,
  ): LogRecord[] {
    const records: LogRecord[] = [];
    let size = 0;
    const range = { start: [id, offset], end: [id + 1], limit: maxRecords };
    for (const { key, value } of this.records.getRange(range)) {
      size += value.length;
      if (records.length > 0 && size > maxBytes) break;
      records.push(decodeRecord(topic, partition, key[1], value));
    }
    return records;
  }

  /** The first offset whose record is not older than `time`, where timestamps rise; the end when all are older. */
  offsetAt(id: number, time: number): number {
    let [low, high] = [this.start(id), this.end(id)];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const bytes = this.records.get([id, middle]);
      if (bytes !== undefined && timestampOf(bytes) >= time) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The offset of the oldest record that is kept; the end of an empty partition. */
  start(id: number): number {
    for (const key of this.records.getKeys({ start: [id], end: [id + 1], limit: 1 })) return key[1];
    return this.end(id);
  }

  /** The offset after the last record. */
  end(id: number): number {
    return this.ends.get(id) ?? 0;
  }

  private topic(name: string): TopicRow {
    const topic = this.find(name);
    if (topic === undefined) throw new MoodtapeError('MT_TRANSPORT', `topic ${name} does not exist`);
    return topic;
  }

  private find(name: string): TopicRow | undefined {
    this.environment.assertOpen();
    const topic = this.known.get(name) ?? this.topics.get(name);
    if (topic !== undefined) this.known.set(name, topic);
    return topic;
  }

  /** Drops the oldest records of a partition, up to `budget`, that are older than `oldest`. */
  private trim(id: number, oldest: number, budget: number): void {
    const expired: [number, number][] = [];
    for (const { key, value } of this.records.getRange({ start: [id], end: [id + 1], limit: budget })) {
      if (timestampOf(value) >= oldest) break;
      expired.push(key);
    }
    for (const key of expired) this.records.remove(key);
  }
}
