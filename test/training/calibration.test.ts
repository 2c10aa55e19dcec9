import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitTemperature, negativeLogLikelihood, tempered } from '../../src/training/calibration.js';
import {
  expectedCalibrationError,
  metricsOf,
  type Prediction,
  reliabilityBins,
} from '../../src/training/metrics.js';

// Guards: bins and temperatures lose no text and change no decision.

const prediction: fc.Arbitrary<Prediction> = fc
  .tuple(fc.nat(2), fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 3, maxLength: 3 }))
  .map(([label, weights]) => {
    const total = weights.reduce((a, b) => a + b);
    return { label, probabilities: weights.map((weight) => weight / total) };
  });
const predictions = fc.array(prediction, { minLength: 1, maxLength: 60 });

describe('reliabilityBins', () => {
  it('hold every text once, within the bounds of their bin, and add up to the metrics', () => {
    fc.assert(
      fc.property(predictions, fc.integer({ min: 1, max: 20 }), (all, count) => {
        const bins = reliabilityBins(all, count);
        const metrics = metricsOf(all, 3);
        const total = (of: (bin: (typeof bins)[number]) => number) =>
          bins.reduce((sum, bin) => sum + of(bin), 0);
        expect(bins).toHaveLength(count);
        expect(total(({ n }) => n)).toBe(all.length);
        expect(total(({ n, accuracy }) => n * accuracy) / all.length).toBeCloseTo(metrics.accuracy);
        bins.forEach(({ n, confidence }, i) => {
          expect(confidence).toBeGreaterThanOrEqual(n === 0 ? 0 : i / count - 1e-9);
          expect(confidence).toBeLessThanOrEqual(n === 0 ? 0 : (i + 1) / count + 1e-9);
        });
        expect(expectedCalibrationError(reliabilityBins(all))).toBe(metrics.ece);
      }),
    );
  });

  it('give the error by hand', () => {
    const sure = (label: number): Prediction => ({ label, probabilities: [0.9, 0.1] });
    const bins = reliabilityBins([sure(0), sure(1)], 2);
    expect(bins).toEqual([
      { n: 0, confidence: 0, accuracy: 0 },
      { n: 2, confidence: expect.closeTo(0.9), accuracy: 0.5 },
    ]);
    expect(expectedCalibrationError(bins)).toBeCloseTo(0.4);
  });
});

describe('tempered', () => {
  it('changes no decision, and gives the likelihood of that temperature', () => {
    fc.assert(
      fc.property(predictions, fc.double({ min: 0.3, max: 3, noNaN: true }), (all, temperature) => {
        const changed = tempered(all, temperature);
        expect(metricsOf(changed, 3).confusion).toEqual(metricsOf(all, 3).confusion);
        expect(negativeLogLikelihood(changed, 1)).toBeCloseTo(negativeLogLikelihood(all, temperature));
        for (const { probabilities } of changed) expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1);
      }),
    );
  });

  it('at the fitted temperature, nothing is left to fit', () => {
    const all = Array.from(
      { length: 90 },
      (_, i): Prediction => ({
        label: i % 4 === 0 ? 1 : 0,
        probabilities: [0.97, 0.03],
      }),
    );
    expect(fitTemperature(tempered(all, fitTemperature(all)))).toBeCloseTo(1, 3);
  });
});
