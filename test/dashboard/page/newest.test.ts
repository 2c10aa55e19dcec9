import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withArrivals, withRows } from '../../../src/dashboard/page/newest.js';
import { row, scored } from '../../conformance/view/samples.js';

const texts = (ids: readonly number[]) => ids.map((id) => scored(`${id}`, []));
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('texts and those that came since', () => {
  it('are each there once, newest first, however snapshot and stream overlap', () => {
    const feed = fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 40 }), fc.integer({ min: 1, max: 60 }));
    fc.assert(
      fc.property(feed, ([inSnapshot, before, most]) => {
        const all = texts(range(inSnapshot + 20));
        const snapshot = all.slice(0, inSnapshot).reverse();
        const streamed = all.slice(Math.max(0, inSnapshot - before));
        const merged = withArrivals(snapshot, streamed, most);
        expect(merged).toEqual(all.toReversed().slice(0, most));
      }),
    );
  });
});

describe('rows and those that came since', () => {
  it('are one a window, the one with most texts, in the order of time', () => {
    const versions = range(10).flatMap((window) =>
      [1, 2, 3].map((count) => row('*', window * 60_000, count)),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(versions), fc.shuffledSubarray(versions), (first, second) => {
        const merged = withRows(withRows([], first, 100), second, 100);
        const seen = [...first, ...second];
        const expected = range(10).flatMap((window) => {
          const counts = seen.filter(({ start }) => start === window * 60_000).map(({ count }) => count);
          return counts.length === 0 ? [] : [row('*', window * 60_000, Math.max(...counts))];
        });
        expect(merged).toEqual(expected);
      }),
    );
  });

  it('leaves out the oldest beyond the bound', () => {
    const rows = range(10).map((window) => row('*', window));
    expect(withRows(rows, [row('*', 10)], 3).map(({ start }) => start)).toEqual([8, 9, 10]);
  });
});
