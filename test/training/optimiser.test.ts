import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADAMW_DEFAULTS, adamwStep, zeroMoments } from '../../src/training/adamw.js';
import { epochBatches } from '../../src/training/batches.js';
import { effectiveNumberWeights } from '../../src/training/losses.js';
import { warmupLinear } from '../../src/training/schedule.js';

// Guards: the optimiser against PyTorch's, and that every text is seen once an epoch, in an order that can be repeated.

describe('adamwStep', () => {
  it('does what torch.optim.AdamW does', () => {
    // torch.optim.AdamW([[1, -2]], lr=0.1, weight_decay=0.01) after gradients [0.5, -1], [0.25, 2], [-1, 0]
    const weights = Float32Array.of(1, -2);
    const moments = zeroMoments(2);
    const gradients = [Float32Array.of(0.5, -1), Float32Array.of(0.25, 2), Float32Array.of(-1, 0)];
    gradients.forEach((gradient, i) => {
      adamwStep(weights, gradient, moments, i + 1, 0.1, true, ADAMW_DEFAULTS);
    });
    expect([...weights]).toEqual([0.824714, -1.95908].map((x) => expect.closeTo(x, 5)));
  });

  it('touches only the rows of a table that were used', () => {
    const table = Float32Array.from({ length: 8 }, (_, i) => i);
    const whole = table.slice(4, 6);
    const gradient = Float32Array.of(0.3, -0.4);
    const rows = { indices: Int32Array.of(2), width: 2 };
    adamwStep(table, gradient, zeroMoments(8), 1, 0.1, false, ADAMW_DEFAULTS, rows);
    adamwStep(whole, gradient, zeroMoments(2), 1, 0.1, false, ADAMW_DEFAULTS);
    expect([...table]).toEqual([0, 1, 2, 3, ...whole, 6, 7]);
  });
});

describe('warmupLinear', () => {
  it('rises to 1 and falls to 0', () => {
    expect([0, 5, 10, 60, 110].map((step) => warmupLinear(step, 10, 110))).toEqual([0, 0.5, 1, 0.5, 0]);
  });
});

describe('epochBatches', () => {
  it('holds every text once, little padding, the same for the same seed', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 128 }), { minLength: 1, maxLength: 500 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 40 }), fc.nat(), (all, size, seed) => {
        const batches = epochBatches(all, size, seed, 0);
        expect(batches.flat().sort((a, b) => a - b)).toEqual(all.map((_, i) => i));
        expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(size);
        expect(epochBatches(all, size, seed, 0)).toEqual(batches);
      }),
    );
  });

  // Files may be sorted by label, and long texts are all cut to one length.
  it('mixes texts of one length', () => {
    const batches = epochBatches(new Array<number>(400).fill(128), 20, 1, 0);
    for (const batch of batches) {
      const ofFirstHalf = batch.filter((index) => index < 200).length;
      expect(ofFirstHalf).toBeGreaterThan(2);
      expect(ofFirstHalf).toBeLessThan(18);
    }
  });

  it('differs between epochs', () => {
    const lengths = Array.from({ length: 100 }, (_, i) => i);
    expect(epochBatches(lengths, 10, 1, 0)).not.toEqual(epochBatches(lengths, 10, 1, 1));
  });
});

describe('effectiveNumberWeights', () => {
  it('weighs rare classes more, with mean 1', () => {
    const weights = effectiveNumberWeights([10, 100, 1000], 0.99);
    expect(weights.reduce((a, b) => a + b) / 3).toBeCloseTo(1);
    expect(weights[0]).toBeGreaterThan(weights[1] ?? 0);
    expect(effectiveNumberWeights([5, 50], 0)).toEqual([1, 1]);
  });
});
