import { LABELS, type Sentiment, type SentimentIndex, sentimentSchema } from '../../src/codec/sentiment.js';
import { SCORED } from '../../src/topology/topics.js';
import { type Committed, placeOf } from './read-committed.js';

/** A text and where it lies in the log. */
export interface Text {
  readonly place: string;
  readonly partition: number;
  readonly value: Sentiment;
}

export interface Totals {
  count: number;
  sum: number;
}

export type Row = Pick<SentimentIndex, 'count' | 'mean' | 'bearish' | 'neutral' | 'bullish'>;

const HOUR_MS = 3_600_000;
const WINDOWS = { '1m': HOUR_MS / 60, '5m': HOUR_MS / 12, '1h': HOUR_MS, '1d': 24 * HOUR_MS };
/** Days begin at midnight in Shanghai. */
const SHANGHAI_MS = 8 * HOUR_MS;

/** What docs/redis.md says of the view, of all texts in the log, in the plainest way. */
export class ViewModel {
  /** In the order of each partition; `*` has all. */
  readonly texts = new Map<string, Text[]>();
  readonly totals = new Map<string, Totals>();
  /** By series, as `SYMBOL:index:DOMAIN:WINDOW`, and by the start of the window. */
  readonly series = new Map<string, Map<number, Row>>();

  constructor(records: readonly Committed[]) {
    for (const record of records) {
      if (record.topic !== SCORED) continue;
      const value = sentimentSchema.parse(JSON.parse(String(record.value)));
      this.#add({ place: placeOf(record), partition: record.partition, value });
    }
  }

  #add(text: Text): void {
    const { domain, publishedAt, scoredAt, score } = text.value;
    const symbols = new Set(text.value.symbols);
    for (const symbol of symbols) {
      const totals = getOrAdd(this.totals, symbol, () => ({ count: 0, sum: 0 }));
      totals.count++;
      totals.sum += score;
    }
    const time = Math.min(publishedAt, scoredAt) + SHANGHAI_MS;
    for (const symbol of [...symbols, '*']) {
      getOrAdd(this.texts, symbol, () => []).push(text);
      for (const [window, size] of Object.entries(WINDOWS)) {
        const start = time - (time % size) - SHANGHAI_MS;
        for (const which of [domain, 'all']) {
          const series = getOrAdd(this.series, `${symbol}:index:${which}:${window}`, () => new Map());
          series.set(start, counted(series.get(start), text.value));
        }
      }
    }
  }
}

function counted(row: Row | undefined, { label, score }: Sentiment): Row {
  const { count, mean, bearish, neutral, bullish } = row ?? {
    count: 0,
    mean: 0,
    bearish: 0,
    neutral: 0,
    bullish: 0,
  };
  return {
    count: count + 1,
    mean: mean + (score - mean) / (count + 1),
    bearish: bearish + Number(label === LABELS[0]),
    neutral: neutral + Number(label === LABELS[1]),
    bullish: bullish + Number(label === LABELS[2]),
  };
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
