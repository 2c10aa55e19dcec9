import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { nameOf, placementsOf } from '../../src/inference/placement.js';
import { TINY_BUNDLE, withLikeliestExpert } from '../fixtures/tiny-bundle.js';

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

  it('leaves each form of the experts open that may be the fastest', () => {
    const wishes = { precision: 'fp32', workers: 1 } as const;
    const forms = (...placements: ReturnType<typeof placementsOf>) => placements.map(({ form }) => form);
    expect(forms(...placementsOf(wishes, spec))).toEqual(['low-rank']);
    expect(forms(...placementsOf(wishes, withLikeliestExpert(spec)))).toEqual(['low-rank', 'merged']);
    const alone = placementsOf(wishes, spec, { expert: 1 });
    expect(forms(...alone)).toEqual(['merged']);
    expect(nameOf(alone[0])).toMatch(/^cpu-fp32-1x\d+-merged$/);
  });

  it('gives GPUs half precision', () => {
    for (const device of ['cuda', 'webgpu']) {
      expect(placementsOf({ device }, spec).every(({ precision }) => precision === 'fp16')).toBe(true);
    }
  });

  it.each([
    { device: 'abacus' },
    { device: 'cuda', precision: 'int8' },
    { device: 'cpu', precision: 'fp16' },
  ] as const)('refuses $device $precision, and says what there is', (wishes) => {
    expect(() => placementsOf(wishes, spec)).toThrow(
      'cuda (fp16, fp32), cpu (int8, fp32), webgpu (fp16, fp32)',
    );
  });
});
