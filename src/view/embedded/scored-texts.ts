import type { Database } from 'lmdb';
import type { Sentiment } from '../../codec/sentiment.js';
import type { Environment } from '../../environment.js';
import type { ListedText, PageQuery, SymbolSummary } from '../view.js';

/** How many of the newest texts are kept: of all together, and of each symbol. */
const KEPT = { all: 10_000, symbol: 100 } as const;

/** The list of all texts; it stands beside those of the symbols. */
const ALL = '*';

interface Total {
  readonly count: number;
  /** Of the scores. */
  readonly sum: number;
}

/** Lists of scored texts, one a symbol and one of all, each numbered from 1, and their totals. */
export class ScoredTexts {
  private readonly totals: Database<Total, string>;
  private readonly texts: Database<Sentiment, [list: string, number: number]>;

  constructor(environment: Environment) {
    this.totals = environment.table('totals');
    this.texts = environment.table('texts');
  }

  /** Only inside `Environment.write`. */
  put(text: Sentiment): void {
    this.append(ALL, KEPT.all, text);
    for (const symbol of new Set(text.symbols)) this.append(symbol, KEPT.symbol, text);
  }

  latest(symbol: string): Sentiment | undefined {
    return this.texts.get([symbol, this.count(symbol)]);
  }

  /** Newest first. A place is the text's number. */
  page({ symbol: list = ALL, limit, before }: PageQuery): ListedText[] {
    const newest = before === undefined ? this.count(list) : Number.parseInt(before, 10) - 1;
    const range = { start: [list, newest], end: [list, 0], reverse: true, limit };
    return [...this.texts.getRange(range).map(({ key, value }) => ({ place: String(key[1]), text: value }))];
  }

  /** Texts of all, oldest first, after the first `count`. */
  since(count: number): Sentiment[] {
    const range = { start: [ALL, count + 1], end: [ALL, this.count() + 1] };
    return [...this.texts.getRange(range).map(({ value }) => value)];
  }

  /** Texts so far, those that are no longer kept too. */
  count(list: string = ALL): number {
    return this.totals.get(list)?.count ?? 0;
  }

  symbols(limit: number): SymbolSummary[] {
    const totals = [...this.totals.getRange()].filter(({ key }) => key !== ALL);
    totals.sort((a, b) => b.value.count - a.value.count || (a.key < b.key ? -1 : 1));
    return totals.slice(0, limit).flatMap(({ key }) => this.summary(key) ?? []);
  }

  summary(symbol: string): SymbolSummary | undefined {
    const { count, sum } = this.totals.get(symbol) ?? { count: 0, sum: 0 };
    const last = this.latest(symbol);
    return last && { symbol, count, mean: sum / count, last };
  }

  private append(list: string, kept: number, text: Sentiment): void {
    const { count, sum } = this.totals.get(list) ?? { count: 0, sum: 0 };
    this.totals.put(list, { count: count + 1, sum: sum + text.score });
    this.texts.put([list, count + 1], text);
    if (count >= kept) this.texts.remove([list, count + 1 - kept]);
  }
}
