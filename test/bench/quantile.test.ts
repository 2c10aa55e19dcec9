import fc from 'fast-check';
import { expect, it } from 'vitest';
import { median, quantile } from '../../src/bench/quantile.js';

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });

it('a quantile is the least of the values that a share of them does not exceed', () => {
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (all, q) => {
      const found = quantile(Float64Array.from(all).sort(), q);
      const shareUpTo = (value: number) => all.filter((one) => one <= value).length / all.length;
      expect(all).toContain(found);
      expect(shareUpTo(found)).toBeGreaterThanOrEqual(q);
      for (const smaller of all.filter((one) => one < found)) expect(shareUpTo(smaller)).toBeLessThan(q);
    }),
  );
});

it('a median has as many values above it as below', () => {
  fc.assert(
    fc.property(values, (all) => {
      const middle = median(all);
      expect(all.filter((one) => one < middle).length).toBeLessThanOrEqual(all.length / 2);
      expect(all.filter((one) => one > middle).length).toBeLessThanOrEqual(all.length / 2);
    }),
  );
});
