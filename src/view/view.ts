import type { Observable } from 'rxjs';
import type { Sentiment, SentimentIndex } from '../codec/sentiment.js';

/** What a view is given: the records of one partition from one topic, in offset order. */
export interface ViewBatch<T> {
  readonly topic: string;
  readonly partition: number;
  readonly entries: readonly { readonly offset: bigint; readonly value: T }[];
}

export interface SymbolSummary {
  readonly symbol: string;
  /** Scored texts so far. */
  readonly count: number;
  /** Mean score so far. */
  readonly mean: number;
  readonly last: Sentiment;
}

export interface IndexQuery {
  readonly symbol: string;
  readonly domain: SentimentIndex['domain'];
  readonly window: string;
  /** Bounds of a row's `start`, inclusive, in milliseconds since the epoch. */
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
}

/**
 * The materialised view that dashboards read. `redis` and `embedded` implement it, and test/conformance holds both to it.
 *
 * A record takes effect only if its offset is beyond the last one applied for its topic and partition, so a
 * repeated batch changes nothing. The view can be rebuilt from the topics.
 */
export interface View {
  applyScored(batch: ViewBatch<Sentiment>): Promise<void>;
  applyIndex(batch: ViewBatch<SentimentIndex>): Promise<void>;
  /** The last scored text of a symbol. */
  latest(symbol: string): Promise<Sentiment | undefined>;
  /** Newest first; of one symbol, or of all. */
  recent(options: { symbol?: string; limit: number }): Promise<Sentiment[]>;
  /** Newest first, at most `limit` rows. */
  index(query: IndexQuery): Promise<SentimentIndex[]>;
  /** Every symbol with its running count and mean, most texts first. */
  symbols(limit: number): Promise<SymbolSummary[]>;
  /** Scored texts as they are applied, from now on. */
  subscribe(): Observable<Sentiment>;
  close(): Promise<void>;
}
