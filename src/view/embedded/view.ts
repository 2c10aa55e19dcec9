import { defer, interval, merge, mergeMap, type Observable, Subject, takeUntil } from 'rxjs';
import type { Sentiment, SentimentIndex } from '../../codec/sentiment.js';
import { Environment } from '../../environment.js';
import { Fence } from '../../fence.js';
import type { IndexQuery, ListedText, PageQuery, SymbolSummary, View, ViewBatch } from '../view.js';
import { IndexRows } from './index-rows.js';
import { ScoredTexts } from './scored-texts.js';

/** How often a subscription looks for what other processes have applied. */
const LOOK_EVERY_MS = 100;

/**
 * Opens the view that lives in `folder`, on this machine's disk. Several processes may open it at once.
 *
 * Bounded: it keeps the newest 100 texts of a symbol, 10,000 of all, and 3,000 rows of an index series. A subscriber
 * that falls further behind than that misses texts.
 *
 * @throws MoodtapeError MT_VIEW when the folder cannot be used.
 */
export function openEmbeddedView(folder: string): View {
  return new EmbeddedView(Environment.open(folder, 'MT_VIEW'));
}

class EmbeddedView implements View {
  private readonly fence: Fence;
  private readonly texts: ScoredTexts;
  private readonly rows: IndexRows;
  private readonly closing = new Subject<void>();

  constructor(private readonly environment: Environment) {
    this.fence = new Fence(environment);
    this.texts = new ScoredTexts(environment);
    this.rows = new IndexRows(environment);
  }

  async applyScored(batch: ViewBatch<Sentiment>): Promise<void> {
    await this.environment.write(() => {
      for (const text of this.fence.admit(batch)) this.texts.put(text);
    });
  }

  async applyIndex(batch: ViewBatch<SentimentIndex>): Promise<void> {
    await this.environment.write(() => {
      for (const row of this.fence.admit(batch)) this.rows.put(row);
    });
  }

  async latest(symbol: string): Promise<Sentiment | undefined> {
    this.environment.assertOpen();
    return this.texts.latest(symbol);
  }

  async recent(query: { symbol?: string; limit: number }): Promise<Sentiment[]> {
    return (await this.page(query)).map(({ text }) => text);
  }

  async page(query: PageQuery): Promise<ListedText[]> {
    this.environment.assertOpen();
    return this.texts.page(query);
  }

  async index(query: IndexQuery): Promise<SentimentIndex[]> {
    this.environment.assertOpen();
    return this.rows.query(query);
  }

  async symbols(limit: number): Promise<SymbolSummary[]> {
    this.environment.assertOpen();
    return this.texts.symbols(limit);
  }

  async summary(symbol: string): Promise<SymbolSummary | undefined> {
    this.environment.assertOpen();
    return this.texts.summary(symbol);
  }

  subscribe(): Observable<Sentiment> {
    return defer(() => {
      this.environment.assertOpen();
      let seen = this.texts.count();
      const looks = merge(this.environment.changes, interval(LOOK_EVERY_MS));
      return looks.pipe(
        mergeMap(() => {
          const fresh = this.texts.since(seen);
          seen = this.texts.count();
          return fresh;
        }),
      );
    }).pipe(takeUntil(this.closing));
  }

  async close(): Promise<void> {
    this.closing.next();
    this.closing.complete();
    await this.environment.close();
  }
}
