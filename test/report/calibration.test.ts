import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calibrations } from '../../src/report/calibration.js';
import { metricsOf, type Prediction } from '../../src/training/metrics.js';

// Guards: what the reliability diagrams draw adds up, and agrees with what evaluate prints.

const predictions: fc.Arbitrary<Prediction[]> = fc.array(
  fc
    .tuple(fc.nat(2), fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 3, maxLength: 3 }))
    .map(([label, weights]) => {
      const total = weights.reduce((a, b) => a + b);
      return { label, probabilities: weights.map((weight) => weight / total) };
    }),
  { minLength: 1, maxLength: 50 },
);

test('every text is in one bin, the interval holds the accuracy, and the fitted temperature is the likeliest', () => {
  fc.assert(
    fc.property(predictions, fc.constantFrom(0.7, 1.3), (all, own) => {
      const [none, model, fitted] = calibrations(all, own);
      expect([none?.by, model?.by, fitted?.by]).toEqual(['none', 'model', 'fitted']);
      expect(model?.temperature).toBe(own);
      expect(model?.ece).toBe(metricsOf(all, 3).ece);
      for (const { bins } of calibrations(all, own)) {
        expect(bins.reduce((sum, { n }) => sum + n, 0)).toBe(all.length);
        for (const { accuracy, interval, n } of bins) {
          if (n === 0) continue;
          expect(interval[0]).toBeLessThanOrEqual(accuracy + 1e-12);
          expect(interval[1]).toBeGreaterThanOrEqual(accuracy - 1e-12);
        }
      }
      expect(fitted?.nll).toBeLessThanOrEqual((model?.nll ?? 0) + 1e-6);
    }),
    { numRuns: 40 },
  );
});

test('a model without a temperature of its own is shown once', () => {
  const all = [{ label: 0, probabilities: [0.9, 0.1] }];
  expect(calibrations(all, 1).map(({ by }) => by)).toEqual(['none', 'fitted']);
});

test('the interval is Wilson’s', () => {
  const all = Array.from({ length: 10 }, (_, i) => ({ label: i < 8 ? 0 : 1, probabilities: [0.9, 0.1] }));
  const bin = calibrations(all, 1)[0]?.bins.find(({ n }) => n > 0);
  expect(bin?.accuracy).toBe(0.8);
  expect(bin?.interval).toEqual([expect.closeTo(0.4902, 4), expect.closeTo(0.9433, 4)]);
});
