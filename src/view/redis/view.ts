import { type Observable, Subject, share, takeUntil } from 'rxjs';
import type { Sentiment, SentimentIndex } from '../../codec/sentiment.js';
import type { IndexQuery, ListedText, PageQuery, SymbolSummary, View, ViewBatch } from '../view.js';
import { parseRedisUrl } from './address.js';
import { applyBatch } from './apply.js';
import { Connection, type ConnectionOptions, type LogEntry } from './connection.js';
import { follow } from './follow.js';
import { IndexRows } from './index-rows.js';
import { ALL, Keys } from './keys.js';
import { ScoredTexts } from './scored-texts.js';

export interface RedisViewOptions {
  /** `redis://user:password@host:port/database`, or `rediss://` for TLS. */
  readonly url: string;
  /** Whether the server is one of a cluster. */
  readonly cluster?: boolean;
  /** Of every key and channel; a view is what stands under one prefix. */
  readonly prefix: string;
  /** Is told when Redis goes away and when it is back. */
  readonly onLog?: (entry: LogEntry) => void;
}

/**
 * Opens the view under a prefix in Redis 6.2 or later; docs/redis.md names its keys. Several processes may open it at once,
 * but the batches of one partition are applied one after another. Connects lazily, and waits while Redis is away.
 *
 * Bounded: it keeps the newest 100 texts of a symbol and 10,000 of all, and of index rows a day (1m), 3 days (5m), 30 days
 * (1h) and a year (1d). A subscriber that falls further behind than that misses texts.
 *
 * @throws MoodtapeError MT_CONFIG when the URL cannot be read. The view's methods raise MT_VIEW when Redis refuses.
 */
export function openRedisView({ url, cluster = false, prefix, onLog = () => {} }: RedisViewOptions): View {
  return new RedisView({ address: parseRedisUrl(url), cluster, onLog }, new Keys(prefix));
}

class RedisView implements View {
  private readonly connection: Connection;
  private readonly texts: ScoredTexts;
  private readonly rows: IndexRows;
  private readonly arrivals: Observable<Sentiment>;
  private readonly closing = new Subject<void>();

  constructor(
    options: ConnectionOptions,
    private readonly keys: Keys,
  ) {
    this.connection = new Connection(options);
    this.texts = new ScoredTexts(this.connection, keys);
    this.rows = new IndexRows(this.connection, keys);
    this.arrivals = follow(() => this.connection.another(), keys.texts(ALL)).pipe(
      takeUntil(this.closing),
      share(),
    );
  }

  applyScored(batch: ViewBatch<Sentiment>): Promise<void> {
    return applyBatch(this.connection, this.keys, batch, this.texts.work);
  }

  applyIndex(batch: ViewBatch<SentimentIndex>): Promise<void> {
    return applyBatch(this.connection, this.keys, batch, this.rows.work);
  }

  latest(symbol: string): Promise<Sentiment | undefined> {
    return this.texts.latest(symbol);
  }

  async recent(query: { symbol?: string; limit: number }): Promise<Sentiment[]> {
    return (await this.page(query)).map(({ text }) => text);
  }

  page(query: PageQuery): Promise<ListedText[]> {
    return this.texts.page(query);
  }

  index(query: IndexQuery): Promise<SentimentIndex[]> {
    return this.rows.query(query);
  }

  symbols(limit: number): Promise<SymbolSummary[]> {
    return this.texts.symbols(limit);
  }

  summary(symbol: string): Promise<SymbolSummary | undefined> {
    return this.texts.summary(symbol);
  }

  subscribe(): Observable<Sentiment> {
    return this.arrivals;
  }

  async close(): Promise<void> {
    this.closing.next();
    this.closing.complete();
    this.connection.close();
  }
}
