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

/** A text in a list of the newest, and its place there. */
export interface ListedText {
  /** Of use to the view that gave it alone. */
  readonly place: string;
  readonly text: Sentiment;
}

export interface PageQuery {
  /** Of one symbol, or of all. */
  readonly symbol?: string | undefined;
  readonly limit: number;
  /** Only those that stand behind this place: older ones. */
  readonly before?: string | undefined;
}

export interface IndexQuery {
  readonly symbol: string;
  readonly domain: SentimentIndex['domain'];
  readonly window: string;
  /** Bounds of a row's `start`, inclusive, in milliseconds since the epoch. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
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
  /** As `recent`, and on from a place; fewer than `limit` at the end of what is kept. */
  page(query: PageQuery): Promise<ListedText[]>;
  /** Newest first, at most `limit` rows. */
  index(query: IndexQuery): Promise<SentimentIndex[]>;
  /** Every symbol with its running count and mean, most texts first. */
  symbols(limit: number): Promise<SymbolSummary[]>;
  /** One symbol with its running count and mean; undefined when no text is about it. */
  summary(symbol: string): Promise<SymbolSummary | undefined>;
  /** Scored texts as they are applied, from now on. */
  subscribe(): Observable<Sentiment>;
  close(): Promise<void>;
}
