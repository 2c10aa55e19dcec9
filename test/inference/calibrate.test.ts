import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { calibrate } from '../../src/inference/calibrate.js';
import { costOf } from '../../src/inference/cost-model.js';
import type { Device } from '../../src/inference/device.js';
import type { Placement } from '../../src/inference/placement.js';
import { StubEngine } from '../flow/stub-engine.js';

const device = (name: Device['name']): Device => ({
  name,
  precisions: ['fp32'],
  isThere: () => true,
  workers: () => [1],
  threads: () => 1,
  needs: 'nothing',
});
const [abacus, loom] = [device('cpu'), device('cuda')];
const on = (where: Device, workers = 1): Placement => ({
  device: where,
  precision: 'fp32',
  form: 'low-rank',
  workers,
  threads: 1,
});

/** Milliseconds, by the only clock there is: engines move it on, and what else the machine does takes no time. */
let now = 0;
beforeEach(() => {
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** An engine that takes so many milliseconds for every batch; batches of its workers take them at the same time. */
class SlowEngine extends StubEngine {
  constructor(workers: number, milliseconds: number) {
    const before = async () => {
      const end = now + milliseconds;
      await setImmediate();
      now = Math.max(now, end);
    };
    super({ workers, before });
  }
}

/** Calibrates on devices that take so many milliseconds for a batch; those without a number cannot run the model. */
async function calibrateOn(placements: readonly Placement[], speeds: ReadonlyMap<Device, number>) {
  const engines: SlowEngine[] = [];
  const calibrated = await calibrate(placements, async ({ device, workers }) => {
    const milliseconds = speeds.get(device);
    if (milliseconds === undefined) return undefined;
    const engine = new SlowEngine(workers, milliseconds);
    engines.push(engine);
    return engine;
  });
  return { calibrated, engines };
}

describe('calibrate', () => {
  it('leaves an engine on the fastest device, in its fastest layout, and closes all others', async () => {
    const placements = [on(abacus), on(abacus, 4), on(loom), on(loom, 2), on(loom, 4)];
    const speeds = new Map([
      [abacus, 20],
      [loom, 5],
    ]);
    const { calibrated, engines } = await calibrateOn(placements, speeds);
    expect(calibrated?.placement).toEqual(on(loom, 4));
    expect(calibrated?.engine).toBe(engines.at(-1));
    expect(engines.map(({ closed }) => closed)).toEqual([true, true, true, false]);
  });

  it('says what batches cost while all workers have one', async () => {
    const { calibrated, engines } = await calibrateOn([on(loom, 3)], new Map([[loom, 10]]));
    expect(engines[0]?.mostRunning).toBe(3);
    expect(calibrated && costOf(calibrated.cost)(1, 32)).toBeGreaterThan(0.005);
  });

  it('passes a device over that cannot run the model', async () => {
    const { calibrated } = await calibrateOn([on(abacus), on(loom)], new Map([[loom, 1]]));
    expect(calibrated?.placement).toEqual(on(loom));
    expect((await calibrateOn([on(abacus)], new Map())).calibrated).toBeUndefined();
  });
});
