import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extent, linear, ticks } from '../../src/figure/scale.js';

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });

test('ends go to ends, and between them in proportion', () => {
  const scale = linear([10, 20], [200, 100]);
  expect([10, 15, 20].map(scale)).toEqual([200, 150, 100]);
  expect(linear([3, 3], [0, 8])(3)).toBe(4);
});

test('ticks are round, ascend, and lie within the domain', () => {
  expect(ticks([0, 1], 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(ticks([0, 980], 4)).toEqual([0, 500]);
  fc.assert(
    fc.property(value, fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (low, width) => {
      const found = ticks([low, low + width], 5);
      expect(found.length).toBeGreaterThan(0);
      expect(found.length).toBeLessThanOrEqual(6);
      const slack = 1e-6 * Math.max(Math.abs(low), width);
      found.forEach((tick, i) => {
        expect(tick).toBeGreaterThanOrEqual(low - slack);
        expect(tick).toBeLessThanOrEqual(low + width + slack);
        if (i > 0) expect(tick).toBeGreaterThan(found[i - 1] ?? 0);
      });
    }),
  );
});

test('the extent of values holds them all', () => {
  expect(extent([])).toEqual([0, 1]);
  expect(extent([2, 6, 4], 0.25)).toEqual([1, 7]);
});
