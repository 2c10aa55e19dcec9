import { isDeepStrictEqual } from 'node:util';
import { Redis } from 'ioredis';
import { sentimentIndexSchema, sentimentSchema } from '../../src/codec/sentiment.js';
import type { Committed } from './read-committed.js';
import { type Row, type Text, ViewModel } from './view-model.js';

/** Texts that streams keep: of all, and of one symbol. */
const KEPT = { all: 10_000, symbol: 100 } as const;
/** Sums of the same scores in another order differ by this at most. */
const TOLERANCE = 1e-6;

export interface Comparison {
  readonly symbols: number;
  readonly texts: number;
  readonly rows: number;
  readonly faults: readonly string[];
}

/** Holds what a stranger reads in Redis, by the names of docs/redis.md, against the model of the log. */
export async function compareView(url: string, records: readonly Committed[]): Promise<Comparison> {
  const model = new ViewModel(records);
  const redis = new Redis(url);
  try {
    const faults = [
      ...(await strayKeys(redis, model)),
      ...(await compareTotals(redis, model)),
      ...(await each(model.texts, (symbol, texts) => compareTexts(redis, symbol, texts))),
      ...(await each(model.series, (series, rows) => compareRows(redis, series, rows))),
    ];
    const rows = [...model.series.values()].reduce((sum, { size }) => sum + size, 0);
    return { symbols: model.totals.size, texts: model.texts.get('*')?.length ?? 0, rows, faults };
  } finally {
    redis.disconnect();
  }
}

async function each<V>(map: Map<string, V>, compare: (name: string, value: V) => Promise<string[]>) {
  return (await Promise.all([...map].map(([name, value]) => compare(name, value)))).flat();
}

async function strayKeys(redis: Redis, model: ViewModel): Promise<string[]> {
  const expected = new Set([
    ...[...model.texts.keys()].flatMap((symbol) => [
      `moodtape:{${symbol}}:texts`,
      `moodtape:{${symbol}}:fence`,
    ]),
    ...[...model.series.keys()].map(keyOfSeries),
    'moodtape:{*}:counts',
    'moodtape:{*}:scores',
  ]);
  const stray = (await redis.keys('*')).filter((key) => !expected.has(key));
  return stray.map((key) => `Redis has the key ${key}, for which there is no text`);
}

async function compareTotals(redis: Redis, model: ViewModel): Promise<string[]> {
  const counts = await redis.zrevrange('moodtape:{*}:counts', 0, -1, 'WITHSCORES');
  const sums = await redis.hgetall('moodtape:{*}:scores');
  const shownCounts = new Map<string, number>();
  for (let i = 0; i < counts.length; i += 2) shownCounts.set(String(counts[i]), Number(counts[i + 1]));
  const stray = [...shownCounts.keys()].filter((symbol) => !model.totals.has(symbol));
  const faults = stray.map((symbol) => `Redis counts ${symbol}, for which there is no text`);
  for (const [symbol, { count, sum }] of model.totals) {
    const shown = shownCounts.get(symbol);
    if (shown !== count) faults.push(`${symbol} has ${count} texts; Redis says ${shown}`);
    if (!isClose(Number(sums[symbol]), sum))
      faults.push(`the scores of ${symbol} sum to ${sum}; Redis says ${sums[symbol]}`);
  }
  return faults;
}

/**
 * A stream holds the newest texts, as the view took them. In which order it took partitions is its own affair, but of each
 * of them there must be the last texts, without a gap, in their order, and what is kept must be full.
 */
async function compareTexts(redis: Redis, symbol: string, texts: readonly Text[]): Promise<string[]> {
  const entries = await redis.xrange(`moodtape:{${symbol}}:texts`, '-', '+');
  const shown = entries.map(([, [, place, , value]]) => ({ place, value }));
  const kept = Math.min(texts.length, symbol === '*' ? KEPT.all : KEPT.symbol);
  const faults = shown.length === kept ? [] : [`${symbol} shows ${shown.length} texts, not ${kept}`];
  const places = new Set(shown.map(({ place }) => place));
  for (const partition of new Set(texts.map((text) => text.partition))) {
    const ofPartition = texts.filter((text) => text.partition === partition);
    const expected = ofPartition.slice(
      ofPartition.length - ofPartition.filter(({ place }) => places.has(place)).length,
    );
    const prefix = `sentiment.scored/${partition}/`;
    const found = shown.filter(({ place }) => place?.startsWith(prefix));
    const equal =
      found.length === expected.length &&
      found.every(({ place, value }, i) => {
        const text = expected[i];
        return place === text?.place && isDeepStrictEqual(parsed(value), text?.value);
      });
    if (!equal)
      faults.push(
        `${symbol} does not show the last texts of sentiment.scored/${partition}, or not in their order`,
      );
  }
  return faults;
}

function parsed(value: string | undefined) {
  return sentimentSchema.parse(JSON.parse(value ?? ''));
}

async function compareRows(redis: Redis, series: string, rows: Map<number, Row>): Promise<string[]> {
  const shown = await redis.zrange(keyOfSeries(series), 0, '-1');
  const found = shown.map((row) => sentimentIndexSchema.parse(JSON.parse(row)));
  const faults =
    found.length === rows.size ? [] : [`${series} has ${rows.size} windows; Redis has ${found.length}`];
  for (const { start, mean, ...row } of found) {
    const expected = rows.get(start);
    const same =
      expected !== undefined &&
      isClose(mean, expected.mean) &&
      (['count', 'bearish', 'neutral', 'bullish'] as const).every((field) => row[field] === expected[field]);
    if (!same) {
      const says = JSON.stringify({ ...row, mean });
      faults.push(`${series} from ${start} is ${JSON.stringify(expected)}; Redis says ${says}`);
    }
  }
  return faults;
}

/** `SYMBOL:index:DOMAIN:WINDOW` as it is called in Redis. */
function keyOfSeries(series: string): string {
  const end = series.indexOf(':');
  return `moodtape:{${series.slice(0, end)}}${series.slice(end)}`;
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(b));
}
