import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { nameOf, placementsOf } from '../../src/inference/placement.js';
import { TINY_BUNDLE } from '../fixtures/tiny-bundle.js';

const { spec } = TINY_BUNDLE;

describe('placementsOf', () => {
  it('divides the cores, first into as many workers as there are', () => {
    const cores = availableParallelism();
    const placements = placementsOf({}, spec);
    expect(placements[0].workers).toBe(Math.min(16, cores));
    for (const { precision, workers, threads } of placements) {
      expect(precision).toBe('int8');
      expect(workers * threads).toBeLessThanOrEqual(cores);
    }
  });

  it('takes a single worker where the weights of two are too much for the memory', () => {
    const vocabulary = 2 ** 26;
    const large = { ...spec, encoder: { ...spec.encoder, vocabulary } };
    expect(placementsOf({ precision: 'fp32' }, large).map(({ workers }) => workers)).toEqual([1]);
  });

  it('does as it is told', () => {
    const [placement, ...others] = placementsOf({ device: 'cpu', precision: 'fp32', workers: 64 }, spec);
    expect(others).toEqual([]);
    expect(nameOf(placement)).toMatch(/^cpu-fp32-64x\d+$/);
    expect(placement.threads).toBeGreaterThanOrEqual(1);
  });

  it('refuses a device that there is not', () => {
    expect(() => placementsOf({ device: 'abacus' }, spec)).toThrow('abacus');
  });
});
