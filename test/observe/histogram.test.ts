import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/observe/histogram.js';

describe('Histogram', () => {
  it('finds quantiles within 2 % of the sorted values', () => {
    const values = fc.array(fc.double({ min: 0.02, max: 1e6, noNaN: true }), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(values, fc.constantFrom(0.01, 0.5, 0.9, 0.99, 1), (sample, q) => {
        const histogram = new Histogram();
        for (const value of sample) histogram.record(value);
        const exact = sample.toSorted((a, b) => a - b)[Math.ceil(q * sample.length) - 1] ?? 0;
        expect(Math.abs(histogram.quantile(q) / exact - 1)).toBeLessThan(0.021);
      }),
    );
  });

  it('takes zero and numbers beyond its range, and answers 0 when empty', () => {
    const histogram = new Histogram();
    expect(histogram.quantile(0.5)).toBe(0);
    histogram.record(0);
    histogram.record(1e12);
    expect(histogram.count).toBe(2);
    expect(histogram.quantile(0.5)).toBe(0.01);
    expect(histogram.quantile(1)).toBeGreaterThan(1e6);
  });
});
