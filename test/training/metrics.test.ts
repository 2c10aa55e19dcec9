import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitTemperature, negativeLogLikelihood } from '../../src/training/calibration.js';
import { metricsOf, type Prediction } from '../../src/training/metrics.js';
import { pairedTest } from '../../src/training/paired-test.js';
import { random } from '../../src/training/random.js';

// Guards: the figures that evaluate prints are the textbook's.

const said = (label: number, predicted: number, confidence = 0.8): Prediction => ({
  label,
  probabilities: [0, 1, 2].map((c) => (c === predicted ? confidence : (1 - confidence) / 2)),
});

describe('metricsOf', () => {
  it('computes a small table by hand', () => {
    const metrics = metricsOf([said(0, 0), said(0, 1), said(1, 1), said(2, 2), said(2, 2)], 3);
    expect(metrics.accuracy).toBeCloseTo(0.8);
    expect(metrics.confusion).toEqual([
      [1, 1, 0],
      [0, 1, 0],
      [0, 0, 2],
    ]);
    const f1 = [2 / 3, 2 / 3, 1];
    expect(metrics.byLabel.map((m) => m.f1)).toEqual(f1.map((x) => expect.closeTo(x)));
    expect(metrics.macroF1).toBeCloseTo((2 / 3 + 2 / 3 + 1) / 3);
    expect(metrics.weightedF1).toBeCloseTo((2 * (2 / 3) + 2 / 3 + 2) / 5);
    // All say 0.8, and 80 % are right.
    expect(metrics.ece).toBeCloseTo(0);
  });

  it('counts a text without an answer as wrong, and as no label', () => {
    const metrics = metricsOf([said(0, 0), { label: 0, probabilities: [] }, said(1, 1)], 3);
    expect(metrics.accuracy).toBeCloseTo(2 / 3);
    expect(metrics.confusion).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ]);
    expect(metrics.byLabel[0]).toEqual({
      precision: 1,
      recall: 0.5,
      f1: expect.closeTo(2 / 3),
      support: 2,
    });
    expect(pairedTest([{ label: 0, probabilities: [] }], [said(0, 0)]).onlySecond).toBe(1);
  });

  it('takes the macro mean over the labels that occur', () => {
    expect(metricsOf([said(0, 0), said(2, 2)], 3).macroF1).toBe(1);
  });

  it('is perfect for right answers and never leaves [0, 1]', () => {
    const prediction = fc.record({
      label: fc.nat(2),
      predicted: fc.nat(2),
      confidence: fc.double({ min: 0.4, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(prediction, { minLength: 1 }), (rows) => {
        const metrics = metricsOf(
          rows.map((row) => said(row.label, row.predicted, row.confidence)),
          3,
        );
        for (const value of [metrics.accuracy, metrics.macroF1, metrics.weightedF1, metrics.ece]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1 + 1e-9);
        }
        expect(metrics.weightedRecall).toBeCloseTo(metrics.accuracy);
      }),
    );
  });
});

describe('fitTemperature', () => {
  it('finds the temperature that the probabilities were sharpened by', () => {
    const next = random(4);
    const predictions = Array.from({ length: 20_000 }, (): Prediction => {
      const logits = [next() * 3, next() * 3, next() * 3];
      const sum = logits.reduce((total, x) => total + Math.exp(x), 0);
      const shares = logits.map((x) => Math.exp(x) / sum);
      const at = next();
      const label = at < (shares[0] ?? 0) ? 0 : at < (shares[0] ?? 0) + (shares[1] ?? 0) ? 1 : 2;
      const sharp = shares.map((p) => p ** 2);
      const all = sharp.reduce((total, p) => total + p, 0);
      return { label, probabilities: sharp.map((p) => p / all) };
    });
    const temperature = fitTemperature(predictions);
    expect(temperature).toBeGreaterThan(1.9);
    expect(temperature).toBeLessThan(2.1);
    expect(negativeLogLikelihood(predictions, temperature)).toBeLessThan(
      negativeLogLikelihood(predictions, 1),
    );
  });
});

describe('pairedTest', () => {
  it('sees no difference between a model and itself', () => {
    const predictions = [said(0, 0), said(1, 2), said(2, 2)];
    expect(pairedTest(predictions, predictions)).toMatchObject({
      difference: 0,
      interval: [0, 0],
      pValue: 1,
    });
  });

  it('gives the exact McNemar probability', () => {
    const first = Array.from({ length: 20 }, (_, i) => said(0, i < 12 ? 0 : 1));
    const second = Array.from({ length: 20 }, (_, i) => said(0, i >= 10 ? 0 : 1));
    // 10 right alone by the first, 8 by the second: twice P(X ≤ 8) with X ~ B(18, ½).
    expect(pairedTest(first, second)).toMatchObject({ onlyFirst: 10, onlySecond: 8 });
    expect(pairedTest(first, second).pValue).toBeCloseTo(0.8145, 3);
    const never = Array.from({ length: 20 }, () => said(0, 1));
    expect(pairedTest(first, never).pValue).toBeCloseTo(2 / 2 ** 12);
  });
});
