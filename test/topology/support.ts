import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { sentimentCodec, sentimentIndexCodec } from '../../src/codec/codecs.js';
import { localRegistry } from '../../src/codec/schema-registry.js';
import type { Sentiment, SentimentIndex } from '../../src/codec/sentiment.js';
import { createLogger } from '../../src/observe/logger.js';
import type { Part, PartContext } from '../../src/topology/part.js';
import { INDEX, SCORED } from '../../src/topology/topics.js';
import { work } from '../../src/topology/work.js';
import { openEmbeddedTransport } from '../../src/transport/embedded/transport.js';
import type { OutgoingRecord, Stretch, Transport } from '../../src/transport/transport.js';

/** 2026-03-02 10:00 in Shanghai. */
export const MINUTE = Date.UTC(2026, 2, 2, 2, 0);

/** A scored text about SH600519, `id` milliseconds after the minute. */
export function sentiment(id: number, score: number, fields: Partial<Sentiment> = {}): Sentiment {
  return {
    id: `t${id}`,
    source: `raw.news/0/${id}`,
    domain: 'news',
    symbols: ['SH600519'],
    text: '涨',
    truncated: false,
    publishedAt: MINUTE + id,
    scoredAt: Number.MAX_SAFE_INTEGER,
    label: score > 0 ? '利好' : '利空',
    probabilities: [0, 0, 1],
    score,
    confidence: 1,
    experts: {},
    model: 'm',
    ...fields,
  };
}

let logs = 0;

/** An embedded log for one test, with the topics that moodtape writes. */
export async function openLog(folder: string, partitions = 1): Promise<Transport> {
  const transport = openEmbeddedTransport(join(folder, `log${logs++}`));
  onTestFinished(() => transport.close());
  await transport.ensureTopics([
    { name: SCORED, partitions },
    { name: INDEX, partitions: 1 },
  ]);
  return transport;
}

/** What parts work with when nobody watches. */
export function contextOf(transport: Transport): PartContext {
  return { transport, registry: localRegistry, logger: createLogger('silent'), report: () => {} };
}

export function scoredRecord(text: Sentiment, partition = 0): OutgoingRecord {
  return { topic: SCORED, partition, key: null, value: sentimentCodec('json').encode(text) };
}

/** Lets a part work on all that is in its topics, and drains it. */
export async function catchUp(part: Part, transport: Transport): Promise<void> {
  const stop = new AbortController().signal;
  await work([part], { transport, feeds: Promise.resolve(), stop, once: true });
}

/** Every index row in the log, in its order. */
export async function indexRows(transport: Transport): Promise<SentimentIndex[]> {
  const { decode } = sentimentIndexCodec('auto');
  const partitions = await transport.lag('nobody', [INDEX]);
  const stretches = partitions.map(
    ({ topic, partition, committed, end }): Stretch => ({ topic, partition, from: committed, until: end }),
  );
  const rows: SentimentIndex[] = [];
  for await (const records of transport.read(stretches)) {
    rows.push(...records.flatMap(({ value }) => (value === null ? [] : decode(value))));
  }
  return rows;
}

/** The last version of each row, by its key. */
export function lastRows(rows: readonly SentimentIndex[]): Map<string, SentimentIndex> {
  return new Map(rows.map((row) => [`${row.window} ${row.start} ${row.domain} ${row.symbol}`, row]));
}
