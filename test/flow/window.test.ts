import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LABELS, type Sentiment, type SentimentIndex } from '../../src/codec/sentiment.js';
import { eventTime, SentimentWindows, WINDOWS, type WindowName, windowStart } from '../../src/flow/window.js';

const ALL_WINDOWS: WindowName[] = ['1m', '5m', '1h', '1d'];
const MINUTE = 60_000;
const LATENESS = 10 * MINUTE;
/** 2024-03-05 09:30 in Shanghai. */
const OPENING = Date.UTC(2024, 2, 5, 1, 30);

type Fields = Partial<Pick<Sentiment, 'domain' | 'symbols' | 'label' | 'score' | 'publishedAt' | 'scoredAt'>>;

function scored(fields: Fields = {}): Sentiment {
  return {
    id: 'id',
    source: 'news/0/0',
    domain: 'news',
    symbols: ['SH600519'],
    text: '文本',
    truncated: false,
    publishedAt: OPENING,
    scoredAt: Number.MAX_SAFE_INTEGER,
    label: '利好',
    probabilities: [0, 0, 1],
    score: 0.5,
    confidence: 1,
    experts: {},
    model: 'm',
    ...fields,
  };
}

const open = (windows = ALL_WINDOWS) => new SentimentWindows({ windows });

/** The last version of every row. */
function finalRows(batches: readonly (readonly SentimentIndex[])[]): SentimentIndex[] {
  const rows = new Map<string, SentimentIndex>();
  for (const row of batches.flat()) {
    rows.set(`${row.window} ${row.start} ${row.domain} ${row.symbol}`, row);
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/** Adds texts one by one and closes windows behind the latest of them, as far as the lateness allows. */
function run(windows: SentimentWindows, texts: readonly Sentiment[]): SentimentIndex[] {
  let latest = Number.NEGATIVE_INFINITY;
  return finalRows(
    texts.map((text) => {
      windows.add(text);
      latest = Math.max(latest, eventTime(text));
      windows.close(latest - LATENESS);
      const rows = windows.changedRows();
      windows.forgetChanges();
      return rows;
    }),
  );
}

const anyText = fc
  .record({
    domain: fc.constantFrom('news' as const, 'forum' as const),
    symbols: fc.subarray(['SH600519', 'SZ000001', 'SZ300750']),
    label: fc.constantFrom(...LABELS),
    score: fc.double({ min: -1, max: 1, noNaN: true }),
    publishedAt: fc.integer({ min: OPENING, max: OPENING + 120 * MINUTE }),
  })
  .map(scored);
/** A text and how long it is under way. */
const delayed = fc.tuple(anyText, fc.nat(LATENESS), fc.nat(LATENESS));

describe('windowStart', () => {
  it('aligns with the clock and the calendar of Shanghai', () => {
    const time = Date.UTC(2024, 2, 5, 15, 59, 59, 999); // 23:59:59.999 in Shanghai
    expect(windowStart('1m', time)).toBe(Date.UTC(2024, 2, 5, 15, 59));
    expect(windowStart('5m', time)).toBe(Date.UTC(2024, 2, 5, 15, 55));
    expect(windowStart('1h', time)).toBe(Date.UTC(2024, 2, 5, 15));
    expect(windowStart('1d', time)).toBe(Date.UTC(2024, 2, 4, 16));
    expect(windowStart('1d', time + 1)).toBe(Date.UTC(2024, 2, 5, 16));
  });

  it('finds the window that holds the time, before 1970 too', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ALL_WINDOWS), fc.integer({ min: -1e12, max: 4e12 }), (window, time) => {
        const start = windowStart(window, time);
        expect(start).toBeLessThanOrEqual(time);
        expect(time).toBeLessThan(start + WINDOWS[window]);
        expect(windowStart(window, start)).toBe(start);
      }),
    );
  });
});

describe('SentimentWindows', () => {
  it('counts by symbol and for all, by domain and for both', () => {
    const rows = run(open(['1m']), [
      scored({ symbols: ['A', 'B', 'A'], label: '利好', score: 0.5 }),
      scored({ symbols: ['A'], domain: 'forum', label: '利空', score: -1 }),
      scored({ symbols: [], label: '中性', score: 0 }),
    ]);
    const table = rows.map((row) => [
      row.domain,
      row.symbol,
      row.count,
      row.mean,
      row.bearish,
      row.neutral,
      row.bullish,
    ]);
    expect(table).toEqual([
      ['all', '*', 3, -0.5 / 3, 1, 1, 1],
      ['all', 'A', 2, -0.25, 1, 0, 1],
      ['all', 'B', 1, 0.5, 0, 0, 1],
      ['forum', '*', 1, -1, 1, 0, 0],
      ['forum', 'A', 1, -1, 1, 0, 0],
      ['news', '*', 2, 0.25, 0, 1, 1],
      ['news', 'A', 1, 0.5, 0, 0, 1],
      ['news', 'B', 1, 0.5, 0, 0, 1],
    ]);
    expect(rows.every((row) => row.window === '1m' && row.start === OPENING)).toBe(true);
  });

  it('gives only the rows that have changed, in their newest version', () => {
    const windows = open(['1m']);
    windows.add(scored({ symbols: ['A'] }));
    expect(windows.changedRows()).toHaveLength(4);
    windows.forgetChanges();
    expect(windows.changedRows()).toEqual([]);
    windows.add(scored({ symbols: [] }));
    windows.add(scored({ symbols: [] }));
    expect(windows.changedRows().map(({ symbol, domain, count }) => [symbol, domain, count])).toEqual([
      ['*', 'news', 3],
      ['*', 'all', 3],
    ]);
  });

  it('gives the same rows for any order within the lateness', () => {
    fc.assert(
      fc.property(fc.array(delayed, { maxLength: 40 }), (texts) => {
        const arrive = (delay: 1 | 2) => {
          const arrival = (text: (typeof texts)[number]) => text[0].publishedAt + text[delay];
          return [...texts].sort((a, b) => arrival(a) - arrival(b)).map(([text]) => text);
        };
        const [one, other] = [open(), open()];
        expect(run(one, arrive(1))).toEqual(run(other, arrive(2)));
        expect(one.late + other.late).toBe(0);
      }),
    );
  });

  it('leaves a late text out of the windows that are closed, and counts it', () => {
    const windows = open();
    windows.add(scored({ publishedAt: OPENING + 30 * MINUTE }));
    windows.close(OPENING + 20 * MINUTE);
    windows.forgetChanges();
    windows.add(scored({ publishedAt: OPENING }));
    expect(windows.late).toBe(1);
    expect(new Set(windows.changedRows().map(({ window }) => window))).toEqual(new Set(['1h', '1d']));
    windows.add(scored({ publishedAt: OPENING + 20 * MINUTE }));
    expect(windows.late).toBe(1);
  });

  it('never opens again what was closed', () => {
    const windows = open(['1m']);
    windows.close(OPENING + 5 * MINUTE);
    windows.close(OPENING);
    windows.add(scored({ publishedAt: OPENING + 4 * MINUTE }));
    expect(windows.changedRows()).toEqual([]);
  });

  it('takes a date in the future for the time at which the text was scored', () => {
    const windows = open(['1m']);
    windows.add(scored({ publishedAt: OPENING + 1e12, scoredAt: OPENING }));
    expect(windows.changedRows().map(({ start }) => start)).toEqual([OPENING, OPENING, OPENING, OPENING]);
  });

  it('closes the oldest windows when too many rows are open, and no more than that', () => {
    // A text without symbols is a row of its domain and one of all.
    const windows = new SentimentWindows({ windows: ['1m'], mostOpen: 20 });
    for (let i = 0; i < 30; i++) {
      windows.add(scored({ symbols: [], publishedAt: OPENING + i * MINUTE }));
      windows.close(Number.NEGATIVE_INFINITY);
    }
    windows.forgetChanges();
    for (let i = 0; i < 30; i++) windows.add(scored({ symbols: [], publishedAt: OPENING + i * MINUTE }));
    expect(windows.late).toBe(20);
    expect(windows.changedRows().map(({ count }) => count)).toEqual(Array(20).fill(2));
  });

  it('never fails, whatever the order and the times', () => {
    const text = fc
      .record({ publishedAt: fc.maxSafeInteger(), scoredAt: fc.maxSafeInteger() })
      .map((times) => scored(times));
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        const windows = open();
        run(windows, texts);
        expect(windows.late).toBeLessThanOrEqual(texts.length);
      }),
    );
  });
});
