import type { Database } from 'lmdb';
import type { SentimentIndex } from '../../codec/sentiment.js';
import type { Environment } from '../../environment.js';
import type { IndexQuery } from '../view.js';

/** How many of the newest rows are kept of each series. */
const KEPT = 3_000;

type Series = [symbol: string, domain: string, window: string];

/** Index rows by series (symbol, domain and window) and by start. A later row of the same window replaces it. */
export class IndexRows {
  private readonly rows: Database<SentimentIndex, [...Series, start: number]>;
  /** Rows kept of each series. */
  private readonly counts: Database<number, Series>;

  constructor(environment: Environment) {
    this.rows = environment.table('index');
    this.counts = environment.table('indexCounts');
  }

  /** Only inside `Environment.write`. */
  put(row: SentimentIndex): void {
    const series: Series = [row.symbol, row.domain, row.window];
    const isNew = !this.rows.doesExist([...series, row.start]);
    this.rows.put([...series, row.start], row);
    if (!isNew) return;
    const count = (this.counts.get(series) ?? 0) + 1;
    if (count <= KEPT) this.counts.put(series, count);
    else this.removeOldest(series);
  }

  /** Newest first. */
  query({
    symbol,
    domain,
    window,
    from = 0,
    to = Number.MAX_SAFE_INTEGER,
    limit,
  }: IndexQuery): SentimentIndex[] {
    const series: Series = [symbol, domain, window];
    const range = { start: [...series, to], end: [...series, from - 1], reverse: true, limit };
    return [...this.rows.getRange(range).map(({ value }) => value)];
  }

  private removeOldest(series: Series): void {
    for (const key of this.rows.getKeys({ start: series, limit: 1 })) this.rows.remove(key);
  }
}
