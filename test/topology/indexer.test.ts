import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sentimentCodec } from '../../src/codec/codecs.js';
import type { Sentiment, SentimentIndex } from '../../src/codec/sentiment.js';
import { SentimentWindows, type WindowName } from '../../src/flow/window.js';
import { createLogger } from '../../src/observe/logger.js';
import { Indexer } from '../../src/topology/indexer.js';
import { SCORED } from '../../src/topology/topics.js';
import type { LogRecord, PartitionLag, Poll, Stretch } from '../../src/transport/transport.js';
import { lastRows, sentiment } from './support.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MINUTE = HOUR / 60;
const codec = sentimentCodec('json');
const windows: WindowName[] = ['1m', '1h', '1d'];

/** Partitions of scored texts in memory, and where the group is in each. */
class ScoredLog {
  readonly partitions: LogRecord[][];
  readonly committed: bigint[];
  /** Where the log says that the group is, which may be where it was a while ago. */
  readonly told: bigint[];
  /** Records that were read again. */
  reread = 0;
  /** Texts that its indexers called late. */
  late = 0;

  constructor(texts: readonly (readonly Sentiment[])[]) {
    this.partitions = texts.map((ofPartition, partition) =>
      ofPartition.map((text, offset) => ({
        topic: SCORED,
        partition,
        offset: BigInt(offset),
        timestamp: text.scoredAt,
        key: null,
        value: codec.encode(text),
        headers: {},
      })),
    );
    this.committed = texts.map(() => 0n);
    this.told = [...this.committed];
  }

  async lag(): Promise<PartitionLag[]> {
    return this.partitions.map((records, partition) => ({
      topic: SCORED,
      partition,
      committed: this.told[partition] ?? 0n,
      end: BigInt(records.length),
    }));
  }

  async offsetsAt(_topic: string, time: number): Promise<Map<number, bigint>> {
    return new Map(
      this.partitions.map((records, partition) => {
        const first = records.findIndex(({ timestamp }) => timestamp >= time);
        return [partition, BigInt(first < 0 ? records.length : first)];
      }),
    );
  }

  async *read(stretches: readonly Stretch[]): AsyncIterable<readonly LogRecord[]> {
    for (const { partition, from, until } of stretches) {
      const records = this.partitions[partition]?.slice(Number(from), Number(until)) ?? [];
      this.reread += records.length;
      if (records.length > 0) yield records;
    }
  }

  /** The next texts of a partition; undefined when it is read to its end. */
  poll(partition: number, maxRecords: number): Omit<Poll, 'begin'> | undefined {
    const from = Number(this.committed[partition] ?? 0n);
    const records = this.partitions[partition]?.slice(from, from + maxRecords) ?? [];
    const nextOffset = BigInt(from + records.length);
    return records.length === 0 ? undefined : { topic: SCORED, partition, records, nextOffset };
  }

  indexer(): Indexer {
    return new Indexer({
      windows,
      latenessMs: 1000,
      group: 'index',
      log: this,
      codec,
      logger: createLogger('silent'),
      silence: 100,
      onLate: (texts) => {
        this.late += texts;
      },
    });
  }

  /** Adds the next texts of a partition and commits them, unless `fails`. The rows that are in the log then. */
  async step(
    indexer: Indexer,
    partition: number,
    maxRecords: number,
    { fails = false, tells = true } = {},
  ): Promise<SentimentIndex[]> {
    const poll = this.poll(partition, maxRecords);
    if (poll === undefined) return [];
    const rows = await indexer.add(poll);
    if (fails) return [];
    this.committed[partition] = poll.nextOffset;
    if (tells) this.told.splice(0, this.told.length, ...this.committed);
    indexer.committed();
    return rows;
  }
}

/** The rows of all texts together. */
function rowsOf(texts: readonly Sentiment[]): Map<string, SentimentIndex> {
  const counts = new SentimentWindows({ windows });
  for (const text of texts) counts.add(text);
  return lastRows(counts.changedRows());
}

const anyTexts = fc
  .array(fc.array(fc.nat(120 * 60_000), { maxLength: 12 }), { minLength: 3, maxLength: 3 })
  .map((partitions) =>
    partitions.map((times) => times.map((time, i) => sentiment(time, i % 2 === 0 ? 0.5 : -0.25))),
  );
/** Who works: a process that goes on, another one beside it, or one that has just started. */
const anyWork = fc.array(
  fc.record({
    who: fc.constantFrom('one', 'other', 'new'),
    partition: fc.nat(2),
    maxRecords: fc.integer({ min: 1, max: 5 }),
    fails: fc.boolean(),
    tells: fc.boolean(),
  }),
  { maxLength: 20 },
);

describe('Indexer', () => {
  it('counts each text once, whoever counts, whatever fails, and whenever it is started again', async () => {
    await fc.assert(
      fc.asyncProperty(anyTexts, anyWork, async (texts, work) => {
        const log = new ScoredLog(texts);
        const [one, other] = [log.indexer(), log.indexer()];
        const rows: SentimentIndex[] = [];
        for (const { who, partition, maxRecords, fails } of work) {
          const indexer = { one, other, new: log.indexer() }[who];
          rows.push(...(await log.step(indexer, partition, maxRecords, { fails })));
        }
        for (const partition of [0, 1, 2]) rows.push(...(await log.step(one, partition, 100)));
        expect(lastRows(rows)).toEqual(rowsOf(texts.flat()));
      }),
      { numRuns: 1_000 },
    );
  });

  it('comes right where the log is behind in what it says of the group', async () => {
    await fc.assert(
      fc.asyncProperty(anyTexts, anyWork, async (texts, work) => {
        const log = new ScoredLog(texts);
        const indexer = log.indexer();
        const rows: SentimentIndex[] = [];
        for (const { partition, maxRecords, fails, tells } of work) {
          rows.push(...(await log.step(indexer, partition, maxRecords, { fails, tells })));
        }
        for (const partition of [0, 1, 2]) rows.push(...(await log.step(indexer, partition, 100)));
        expect(lastRows(rows)).toEqual(rowsOf(texts.flat()));
      }),
    );
  });

  /** Texts of two source partitions by turns, one every `every` milliseconds up to now, scored as they are published. */
  function steady(count: number, every: number): Sentiment[] {
    const now = Date.now();
    return Array.from({ length: count }, (_, i) => {
      const publishedAt = now - (count - i) * every;
      return sentiment(i, 0.5, { publishedAt, scoredAt: publishedAt, source: `raw.${i % 2}/0/${i}` });
    });
  }

  it('calls no text late because another partition is far ahead', async () => {
    const texts = [steady(300, HOUR), steady(300, HOUR)];
    const log = new ScoredLog(texts);
    const indexer = log.indexer();
    const rows = await log.step(indexer, 0, 300);
    for (let i = 0; i < 6; i++) rows.push(...(await log.step(indexer, 1, 50)));
    expect(lastRows(rows)).toEqual(rowsOf(texts.flat()));
  });

  it('calls no text late because the scorer has scored another source far ahead', async () => {
    const ofSource = (source: number) =>
      steady(300, HOUR).map((text) => ({ ...text, source: `raw.${source}/0/0` }));
    // As polls of 40 texts come out of a scorer that catches up.
    const polls = Array.from({ length: 8 }, (_, i) =>
      [0, 1].flatMap((source) => ofSource(source).slice(i * 40, i * 40 + 40)),
    );
    const log = new ScoredLog([polls.flat()]);
    const indexer = log.indexer();
    const rows: SentimentIndex[] = [];
    for (let i = 0; i < 20; i++) rows.push(...(await log.step(indexer, 0, 30)));
    expect(lastRows(rows)).toEqual(rowsOf(polls.flat()));
  });

  it('closes the windows of the past, and forgets none that is open when it is started again', async () => {
    const texts = [steady(1000, 15 * MINUTE), steady(1000, 15 * MINUTE)];
    const late = sentiment(0, 1, {
      publishedAt: Date.now() - 3 * DAY,
      scoredAt: Date.now(),
      source: 'raw.0/0/0',
    });
    const log = new ScoredLog(texts.map((ofPartition) => [...ofPartition, late]));
    const before = log.indexer();
    for (let i = 0; i < 19; i++) {
      for (const partition of [0, 1]) await log.step(before, partition, 50);
    }
    expect(log.reread).toBe(0);
    const after = log.indexer();
    for (const partition of [0, 1]) {
      const poll = log.poll(partition, 100);
      if (poll === undefined) throw new Error('there is more to read');
      const rows = lastRows(await before.add(poll));
      expect([...rows.values()].every(({ start }) => start > Date.now() - 3 * DAY)).toBe(true);
      expect(lastRows(await after.add(poll))).toEqual(rows);
      log.committed[partition] = poll.nextOffset;
      log.told[partition] = poll.nextOffset;
      before.committed();
      after.committed();
    }
    // Two days of ten.
    expect(log.reread).toBeGreaterThan(0);
    expect(log.reread).toBeLessThan(500);
  });

  it('tells of a late text once, even if its commit fails or it is counted again at a start', async () => {
    const texts = steady(1001, 15 * MINUTE);
    const late = sentiment(0, 1, { publishedAt: Date.now() - 20 * DAY, scoredAt: Date.now() });
    texts.splice(1000, 0, late);
    const log = new ScoredLog([texts]);
    const indexer = log.indexer();
    await log.step(indexer, 0, 1000);
    expect(log.late).toBe(0);
    await log.step(indexer, 0, 1, { fails: true });
    await log.step(indexer, 0, 1);
    await log.step(log.indexer(), 0, 1);
    expect(log.late).toBe(1);
  });

  it('goes back as far as it must when it was stopped for long', async () => {
    const texts = steady(1000, 15 * MINUTE).map((text) => ({
      ...text,
      publishedAt: text.publishedAt - 20 * DAY,
      scoredAt: text.scoredAt - 20 * DAY,
    }));
    const log = new ScoredLog([texts]);
    const before = log.indexer();
    await log.step(before, 0, 900);
    const poll = log.poll(0, 100);
    if (poll === undefined) throw new Error('there is more to read');
    const rows = await before.add(poll);
    expect(lastRows(await log.indexer().add(poll))).toEqual(lastRows(rows));
  });
});
