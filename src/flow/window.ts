import type { Label, Sentiment, SentimentIndex } from '../codec/sentiment.js';

/** Lengths of the windows in milliseconds. */
export const WINDOWS = { '1m': 60_000, '5m': 300_000, '1h': 3_600_000, '1d': 86_400_000 } as const;
export type WindowName = keyof typeof WINDOWS;
export const WINDOW_NAMES = ['1m', '5m', '1h', '1d'] as const satisfies WindowName[];

/** Days begin at midnight in Shanghai: UTC+8, with no summer time since 1991. */
const SHANGHAI_MS = 8 * 3_600_000;

/** Scores are summed as whole billionths, so that a sum does not depend on the order of its terms. */
const SCORE_UNITS = 1e9;

/** Milliseconds since the epoch: where the window that `time` falls into begins. */
export function windowStart(window: WindowName, time: number): number {
  const size = WINDOWS[window];
  return Math.floor((time + SHANGHAI_MS) / size) * size - SHANGHAI_MS;
}

export interface WindowOptions {
  readonly windows: readonly WindowName[];
  /** Rows that are kept open at most; 1,000,000 when left out. */
  readonly mostOpen?: number;
}

const MOST_OPEN = 1_000_000;

/** What of a text is counted. */
export type CountedSentiment = Pick<
  Sentiment,
  'symbols' | 'domain' | 'publishedAt' | 'scoredAt' | 'label' | 'score'
>;

/** When a text was published, but not after it was scored: one bogus date in the future must not close the windows of today. */
export function eventTime({ publishedAt, scoredAt }: Pick<Sentiment, 'publishedAt' | 'scoredAt'>): number {
  return Math.min(publishedAt, scoredAt);
}

/**
 * Counts texts in tumbling windows of event time: by symbol and for all texts (`*`), by domain and for `all`.
 *
 * A row tells what its window holds so far, so that nothing waits for a window to close; a window is closed to forget it.
 * A text that falls into a closed one is late and left out there. Texts give the same rows in any order.
 */
export class SentimentWindows {
  /** Texts that came too late for at least one of their windows. */
  late = 0;
  /** Windows that end here or earlier are closed. */
  private closedUntil = Number.NEGATIVE_INFINITY;
  /** Open windows by name, then by start, then by symbol and domain. */
  private readonly open = new Map<WindowName, Map<number, Map<string, Cell>>>();
  private rows = 0;
  private readonly changed = new Set<Cell>();

  constructor(private readonly options: WindowOptions) {}

  /** Rows of the windows that are open. */
  get openRows(): number {
    return this.rows;
  }

  add(text: CountedSentiment): void {
    const open = this.openWindows(text);
    for (const cell of this.cellsOf(text, open)) this.changed.add(cell.add(text));
    if (open.length < this.options.windows.length) this.late++;
  }

  /** The rows of a text that is counted already count as changed. */
  touch(text: CountedSentiment): void {
    for (const cell of this.cellsOf(text, this.openWindows(text))) this.changed.add(cell);
  }

  /** The rows that have changed since `forgetChanges`, as they are now. A row replaces the earlier one of its window. */
  changedRows(): SentimentIndex[] {
    return [...this.changed].map((cell) => cell.row());
  }

  forgetChanges(): void {
    this.changed.clear();
  }

  /**
   * Closes the windows that end at `time` or earlier, and when too many rows are open still, the oldest of the others.
   *
   * @param time milliseconds since the epoch
   */
  close(time: number): void {
    this.closeUntil(time);
    while (this.rows > (this.options.mostOpen ?? MOST_OPEN)) this.closeUntil(this.firstEnd());
  }

  private openWindows(text: CountedSentiment): WindowName[] {
    const time = eventTime(text);
    return this.options.windows.filter(
      (window) => windowStart(window, time) + WINDOWS[window] > this.closedUntil,
    );
  }

  private *cellsOf(text: CountedSentiment, windows: readonly WindowName[]): Generator<Cell> {
    const symbols = new Set(['*', ...text.symbols]);
    for (const window of windows) {
      const start = windowStart(window, eventTime(text));
      for (const domain of [text.domain, 'all'] as const) {
        for (const symbol of symbols) yield this.cell(window, start, symbol, domain);
      }
    }
  }

  private closeUntil(time: number): void {
    if (time <= this.closedUntil) return;
    this.closedUntil = time;
    for (const [window, starts] of this.open) {
      for (const [start, cells] of starts) {
        if (start + WINDOWS[window] > time) continue;
        starts.delete(start);
        this.rows -= cells.size;
      }
    }
  }

  private firstEnd(): number {
    const ends = [...this.open].flatMap(([window, starts]) =>
      [...starts.keys()].map((start) => start + WINDOWS[window]),
    );
    return ends.reduce((first, end) => Math.min(first, end), Number.POSITIVE_INFINITY);
  }

  private cell(window: WindowName, start: number, symbol: string, domain: SentimentIndex['domain']): Cell {
    const starts = getOrAdd(this.open, window, () => new Map<number, Map<string, Cell>>());
    const cells = getOrAdd(starts, start, () => new Map<string, Cell>());
    return getOrAdd(cells, `${domain} ${symbol}`, () => {
      this.rows++;
      return new Cell(symbol, domain, window, start);
    });
  }
}

/** One symbol and domain in one window. */
class Cell {
  private units = 0;
  private readonly counts: Record<Label, number> = { 利空: 0, 中性: 0, 利好: 0 };

  constructor(
    private readonly symbol: string,
    private readonly domain: SentimentIndex['domain'],
    private readonly window: WindowName,
    private readonly start: number,
  ) {}

  add({ label, score }: CountedSentiment): this {
    this.units += Math.round(score * SCORE_UNITS);
    this.counts[label]++;
    return this;
  }

  row(): SentimentIndex {
    const { symbol, domain, window, start } = this;
    const { 利空: bearish, 中性: neutral, 利好: bullish } = this.counts;
    const count = bearish + neutral + bullish;
    return {
      symbol,
      domain,
      window,
      start,
      count,
      mean: this.units / SCORE_UNITS / count,
      bearish,
      neutral,
      bullish,
    };
  }
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
