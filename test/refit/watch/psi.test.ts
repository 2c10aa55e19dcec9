import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countsOf, stabilityIndex } from '../../../src/refit/watch/psi.js';

const counts = fc.record({ a: fc.nat(5000), b: fc.nat(5000), c: fc.nat(5000) });

describe('stabilityIndex', () => {
  it('is never negative, the same both ways, and 0 for equal counts', () => {
    fc.assert(
      fc.property(counts, counts, (one, other) => {
        expect(stabilityIndex(one, other)).toBeGreaterThanOrEqual(0);
        expect(stabilityIndex(one, other)).toBeCloseTo(stabilityIndex(other, one), 12);
        expect(stabilityIndex(one, one)).toBe(0);
      }),
    );
  });

  it('depends on shares, hardly on how many there are', () => {
    const one = { a: 2000, b: 1000, c: 1000 };
    const other = { a: 1000, b: 1000, c: 2000 };
    const twice = { a: 2000, b: 2000, c: 4000 };
    // 2 · (½ − ¼) · ln 2
    expect(stabilityIndex(one, other)).toBeCloseTo(0.5 * Math.LN2, 2);
    expect(stabilityIndex(one, twice)).toBeCloseTo(stabilityIndex(one, other), 3);
  });

  it('is finite for a kind that only one side has', () => {
    expect(stabilityIndex({ a: 100 }, { b: 100 })).toBeGreaterThan(5);
    expect(Number.isFinite(stabilityIndex({}, { b: 100 }))).toBe(true);
    expect(countsOf(['a', 'b', 'a'])).toEqual({ a: 2, b: 1 });
  });
});
