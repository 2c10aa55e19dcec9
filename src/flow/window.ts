import { map, type OperatorFunction } from 'rxjs';
import type { Label, Sentiment, SentimentIndex } from '../codec/sentiment.js';

/** Lengths of the windows in milliseconds. */
export const WINDOWS = { '1m': 60_000, '5m': 300_000, '1h': 3_600_000, '1d': 86_400_000 } as const;
export type WindowName = keyof typeof WINDOWS;

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
  /** How many milliseconds the texts may lie out of order; it bounds the windows that are kept open. */
  readonly latenessMs: number;
}

/**
 * Counts texts in tumbling windows of event time: by symbol and for all texts (`*`), by domain and for `all`.
 *
 * The watermark is the latest event time so far less the lateness. A window closes when the watermark reaches its end;
 * a text that would fall into a closed one is left out there. Texts within the lateness give the same rows in any
 * order. A text's event time is when it was published, but not after it was scored: one bogus date in the future must
 * not close the windows of today.
 */
export class SentimentWindows {
  /** Texts that came too late for at least one of their windows. */
  late = 0;
  private watermark = Number.NEGATIVE_INFINITY;
  /** Open windows by name, then by start, then by symbol and domain. */
  private readonly open = new Map<WindowName, Map<number, Map<string, Cell>>>();
  private readonly changed = new Set<Cell>();

  constructor(private readonly options: WindowOptions) {}

  add(text: Sentiment): void {
    const time = Math.min(text.publishedAt, text.scoredAt);
    const symbols = new Set(['*', ...text.symbols]);
    let late = false;
    for (const window of this.options.windows) {
      const start = windowStart(window, time);
      if (this.isClosed(window, start)) {
        late = true;
        continue;
      }
      for (const domain of [text.domain, 'all'] as const) {
        for (const symbol of symbols) this.changed.add(this.cell(window, start, symbol, domain).add(text));
      }
    }
    if (late) this.late++;
    this.advance(time);
  }

  /** The rows that have changed since they were last taken. A row replaces the earlier one of its window. */
  takeChanged(): SentimentIndex[] {
    const rows = [...this.changed].map((cell) => cell.row());
    this.changed.clear();
    return rows;
  }

  /** Goes on from rows taken before a restart; the last row of a window counts. */
  restore(rows: Iterable<SentimentIndex>): void {
    for (const row of rows) {
      const window = this.options.windows.find((name) => name === row.window);
      if (window === undefined) continue;
      if (!this.isClosed(window, row.start)) {
        this.cell(window, row.start, row.symbol, row.domain).restore(row);
      }
      this.advance(row.start);
    }
  }

  private isClosed(window: WindowName, start: number): boolean {
    return start + WINDOWS[window] <= this.watermark;
  }

  private advance(time: number): void {
    const watermark = time - this.options.latenessMs;
    if (watermark <= this.watermark) return;
    this.watermark = watermark;
    for (const [window, starts] of this.open) {
      for (const start of starts.keys()) if (this.isClosed(window, start)) starts.delete(start);
    }
  }

  private cell(window: WindowName, start: number, symbol: string, domain: SentimentIndex['domain']): Cell {
    const starts = getOrAdd(this.open, window, () => new Map<number, Map<string, Cell>>());
    const cells = getOrAdd(starts, start, () => new Map<string, Cell>());
    return getOrAdd(cells, `${domain} ${symbol}`, () => new Cell(symbol, domain, window, start));
  }
}

/** Each batch of texts becomes the rows that it has changed. */
export function sentimentIndex(
  windows: SentimentWindows,
): OperatorFunction<readonly Sentiment[], SentimentIndex[]> {
  return map((texts) => {
    for (const text of texts) windows.add(text);
    return windows.takeChanged();
  });
}

/** One symbol and domain in one window. */
class Cell {
  private units = 0;
  private counts: Record<Label, number> = { 利空: 0, 中性: 0, 利好: 0 };

  constructor(
    private readonly symbol: string,
    private readonly domain: SentimentIndex['domain'],
    private readonly window: WindowName,
    private readonly start: number,
  ) {}

  add({ label, score }: Sentiment): this {
    this.units += Math.round(score * SCORE_UNITS);
    this.counts[label]++;
    return this;
  }

  restore({ count, mean, bearish, neutral, bullish }: SentimentIndex): void {
    this.units = Math.round(mean * count * SCORE_UNITS);
    this.counts = { 利空: bearish, 中性: neutral, 利好: bullish };
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
