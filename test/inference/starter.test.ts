import { expect, it, onTestFinished } from 'vitest';
import { nameOf, placementsOf } from '../../src/inference/placement.js';
import { Starter } from '../../src/inference/starter.js';
import { TINY_BUNDLE } from '../fixtures/tiny-bundle.js';

it('leaves devices out that cannot run the model, and says why', async () => {
  const { spec } = TINY_BUNDLE;
  const [cpu] = placementsOf({ device: 'cpu', precision: 'fp32', workers: 1 }, spec);
  // No driver knows it, on any machine.
  const abacus = { ...cpu, device: { ...cpu.device, name: 'abacus', needs: 'beads' } };
  const starter = new Starter(TINY_BUNDLE);
  expect(await starter.start(abacus)).toBeUndefined();
  expect(await starter.start({ ...abacus, workers: 2 })).toBeUndefined();
  const engine = await starter.start(cpu);
  onTestFinished(async () => engine?.close());
  expect(engine?.runtime).toBe(nameOf(cpu));
  const [failure, ...others] = starter.failures.values();
  expect(others).toEqual([]);
  expect(failure).toMatchObject({ code: 'MT_DEVICE', remedy: expect.stringContaining('beads') });
});
