import { mkdirSync } from 'node:fs';
import { type Database, open, type RootDatabase } from 'lmdb';
import { Subject } from 'rxjs';
import { asMoodtapeError, MoodtapeError, messageOf } from '../../errors.js';
import type { LogRecord, OutgoingRecord, TopicSpec } from '../transport.js';
import { Partitioner } from './partitioner.js';
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

/**
 * Topics and their records in one lmdb environment, which several processes may open at once.
 * Inside, offsets are numbers; the border of the transport turns them into bigints.
 */
export class Log {
  /** Fires when this process has written something that is now visible. */
  readonly changes = new Subject<void>();
  private readonly topics: Database<TopicRow, string>;
  private readonly records: Database<Buffer, [id: number, offset: number]>;
  /** The next offset of each partition. */
  private readonly ends: Database<number, number>;
  private readonly known = new Map<string, TopicRow>();
  private readonly partitioner = new Partitioner();
  private closed = false;

  private constructor(readonly env: RootDatabase) {
    this.topics = env.openDB('topics', {});
    this.records = env.openDB('records', { encoding: 'binary' });
    this.ends = env.openDB('ends', {});
  }

  /** @throws MoodtapeError MT_TRANSPORT when the folder cannot be used. */
  static open(folder: string): Log {
    try {
      mkdirSync(folder, { recursive: true });
      // Only transactions write here; batching by event turn would add a promise that nobody catches.
      return new Log(open({ path: folder, noSubdir: false, eventTurnBatching: false }));
    } catch (error) {
      throw new MoodtapeError('MT_TRANSPORT', `cannot open the log in ${folder}: ${messageOf(error)}`, {
        cause: error,
        remedy: 'check the folder and its permissions',
      });
    }
  }

  /**
   * Runs `action` in one write transaction, after those of other threads and processes. Resolves once the writes
   * are on disk (fdatasync); transactions that wait at the same time share one sync. `action` must throw before
   * its first write, or not at all: lmdb keeps what was written before.
   */
  async write<T>(action: () => T): Promise<T> {
    this.assertOpen();
    try {
      const result = await this.env.transaction(action);
      this.changes.next();
      await this.env.flushed;
      return result;
    } catch (error) {
      throw asMoodtapeError(await commitErrorOf(error), 'MT_TRANSPORT');
    }
  }

  async ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    const missing = specs.filter((spec) => this.find(spec.name) === undefined);
    for (const { name, partitions } of missing) {
      if (!Number.isSafeInteger(partitions) || partitions < 1) {
        throw new MoodtapeError('MT_TRANSPORT', `topic ${name} needs at least one partition`);
      }
    }
    if (missing.length === 0) return;
    await this.write(() => {
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

  /** Appends; only inside `write`. */
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

  /** The offset of the oldest record that is kept; the end of an empty partition. */
  start(id: number): number {
    for (const key of this.records.getKeys({ start: [id], end: [id + 1], limit: 1 })) return key[1];
    return this.end(id);
  }

  /** The offset after the last record. */
  end(id: number): number {
    return this.ends.get(id) ?? 0;
  }

  /** @throws MoodtapeError MT_TRANSPORT when the log is closed. */
  assertOpen(): void {
    if (this.closed) throw new MoodtapeError('MT_TRANSPORT', 'the log is closed');
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.env.close();
  }

  private topic(name: string): TopicRow {
    const topic = this.find(name);
    if (topic === undefined) throw new MoodtapeError('MT_TRANSPORT', `topic ${name} does not exist`);
    return topic;
  }

  private find(name: string): TopicRow | undefined {
    this.assertOpen();
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

/** lmdb rejects with a wrapper whose `commitError` is a promise that rejects with the reason. */
async function commitErrorOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (reason) {
    return reason;
  }
}
