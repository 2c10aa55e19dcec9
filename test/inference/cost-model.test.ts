import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOf, fitCost } from '../../src/inference/cost-model.js';

const SHAPES = [1, 8, 16, 32].flatMap((texts) => [4, 32, 128].map((length) => ({ texts, length })));

describe('fitCost', () => {
  it('finds the coefficients that timings follow', () => {
    const coefficient = (max: number) => fc.double({ min: 0, max, noNaN: true });
    const truth = fc.record({
      fixed: coefficient(1e-2),
      perToken: fc.double({ min: 1e-6, max: 1e-3, noNaN: true }),
      perPair: coefficient(1e-5),
    });
    fc.assert(
      fc.property(truth, (coefficients) => {
        const cost = costOf(coefficients);
        const timings = SHAPES.map(({ texts, length }) => ({ texts, length, seconds: cost(texts, length) }));
        const fitted = costOf(fitCost(timings));
        for (const { texts, length, seconds } of timings) {
          expect(Math.abs(fitted(texts, length) / seconds - 1)).toBeLessThan(0.01);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('never charges less than nothing, whatever the timings', () => {
    const seconds = fc.double({ min: 1e-6, max: 10, noNaN: true });
    fc.assert(
      fc.property(fc.array(seconds, { minLength: SHAPES.length, maxLength: SHAPES.length }), (all) => {
        const timings = SHAPES.map((shape, index) => ({ ...shape, seconds: all[index] ?? 1 }));
        for (const coefficient of Object.values(fitCost(timings)))
          expect(coefficient).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 20 },
    );
  });
});
