import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceOf, pValueOf, UNTESTED, withPair } from '../../../src/refit/watch/sequential-test.js';
import { derive } from '../../../src/training/random.js';

/** Guards rollbacks: a model that is as good as the one before is seldom taken for worse, however long it runs; a worse one soon. */

const MARGIN = 0.02;
const ALPHA = 0.01;

/** After how many of `texts` the first model counts as worse; undefined when it never does. */
function foundAfter(seed: number, texts: number, onlyFirst: number, onlySecond: number): number | undefined {
  const next = derive(seed, 'pairs');
  let state = UNTESTED;
  for (let i = 1; i <= texts; i++) {
    const u = next();
    const first = u < onlyFirst || u > 0.6;
    const second = (u >= onlyFirst && u < onlyFirst + onlySecond) || u > 0.6;
    state = withPair(state, first, second, MARGIN);
    if (pValueOf(state) < ALPHA) return i;
  }
  return undefined;
}

describe('the sequential test', () => {
  it('takes a model that is worse by no more than the margin for worse about once in a hundred runs at most', () => {
    const runs = Array.from({ length: 300 }, (_, seed) => foundAfter(seed, 2000, 0.08, 0.1));
    expect(runs.filter((found) => found !== undefined).length).toBeLessThanOrEqual(8);
  });

  it('finds a worse model, the sooner the worse it is', () => {
    const median = (onlySecond: number) => {
      const runs = Array.from({ length: 41 }, (_, seed) => foundAfter(seed, 4000, 0.05, onlySecond) ?? 4000);
      return runs.sort((a, b) => a - b)[20] ?? 0;
    };
    expect(median(0.15)).toBeLessThan(600);
    expect(median(0.25)).toBeLessThan(200);
    expect(median(0.25)).toBeLessThan(median(0.15));
  });

  it('counts what it saw, and is not moved by a better model', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1 }), (pairs) => {
        const state = pairs.reduce((one, [first, second]) => withPair(one, first, second, MARGIN), UNTESTED);
        const right = (of: 0 | 1) => pairs.filter((pair) => pair[of]).length;
        expect(differenceOf(state)).toBeCloseTo((right(0) - right(1)) / pairs.length, 12);
        expect(state.texts).toBe(pairs.length);
        expect(pValueOf(state)).toBeGreaterThan(0);
        const better = pairs.reduce((one) => withPair(one, true, false, MARGIN), UNTESTED);
        expect(pValueOf(better)).toBe(1);
      }),
    );
  });
});
