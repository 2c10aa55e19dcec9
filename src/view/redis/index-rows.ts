import { sentimentIndexCodec } from '../../codec/codecs.js';
import type { SentimentIndex } from '../../codec/sentiment.js';
import type { IndexQuery } from '../view.js';
import type { BatchWork } from './apply.js';
import type { Connection } from './connection.js';
import type { Keys } from './keys.js';
import { indexRows } from './scripts/index-rows.js';

const DAY_MS = 86_400_000;
/** How far back the rows of a series go, by window. */
const KEPT_MS = new Map([
  ['1m', DAY_MS],
  ['5m', 3 * DAY_MS],
  ['1h', 30 * DAY_MS],
  ['1d', 366 * DAY_MS],
]);
/** Of a window that has another length. */
const OTHERS_KEPT_MS = 30 * DAY_MS;

const codec = sentimentIndexCodec('json');

/** Index rows by series (symbol, domain and window) and by start. A later row of the same window replaces it. */
export class IndexRows {
  constructor(
    private readonly connection: Connection,
    private readonly keys: Keys,
  ) {}

  readonly work: BatchWork<SentimentIndex> = {
    symbolsOf: ({ symbol }) => [symbol],
    call: (_, entries) => {
      const series = [...new Set(entries.map(({ value }) => this.keys.index(value)))];
      // Lua counts from 1, and the first key is the fence.
      const places = new Map(series.map((key, i) => [key, i + 2]));
      const values = entries.flatMap(({ offset, value }) => [
        String(offset),
        places.get(this.keys.index(value)) ?? 0,
        value.start,
        JSON.stringify(value),
        KEPT_MS.get(value.window) ?? OTHERS_KEPT_MS,
      ]);
      return { script: indexRows, keys: series, values };
    },
  };

  /** Newest first. */
  async query({ from, to, limit, ...series }: IndexQuery): Promise<SentimentIndex[]> {
    const key = this.keys.index(series);
    const rows = await this.connection.run((redis) =>
      redis.zrevrangebyscore(key, to ?? '+inf', from ?? '-inf', 'LIMIT', 0, limit),
    );
    return rows.map((row) => codec.decode(Buffer.from(row)));
  }
}
