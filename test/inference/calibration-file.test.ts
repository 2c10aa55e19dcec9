import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { calibrationFile, readCalibration, writeCalibration } from '../../src/inference/calibration-file.js';
import { DEVICES } from '../../src/inference/device.js';
import { tinySpec } from '../model/support.js';

const placements = DEVICES.filter(({ name }) => name === 'cpu').flatMap((device) =>
  [2, 1].map((workers) => ({
    ...{ device, precision: 'int8' as const, form: 'low-rank' as const },
    ...{ workers, threads: 1 },
  })),
);
const [, placement] = placements;
const cost = { fixed: 1e-3, perToken: 1e-5, perPair: 0 };

it('keeps which of the placements is the fastest, and forgets it when it is damaged or none of them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'moodtape-calibration-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = calibrationFile(join(folder, 'new'), tinySpec, placements);
  expect(file).toMatch(/\/new\/[0-9a-f]{12}\.cpu-int8-2x1\+cpu-int8-1x1\.json$/);
  expect(calibrationFile(join(folder, 'new'), { ...tinySpec, maxLength: 19 }, placements)).not.toBe(file);
  expect(await readCalibration(file, placements)).toBeUndefined();

  if (placement === undefined) throw new Error('no placement');
  await writeCalibration(file, { placement, cost });
  expect(await readCalibration(file, placements)).toEqual({ placement, cost });
  expect(await readCalibration(file, placements.slice(0, 1))).toBeUndefined();

  await writeCalibration(join(file, 'in', 'a', 'file.json'), { placement, cost });

  await writeFile(file, '{"placement": "cpu-int8-1x1", "cost": "cheap"}');
  expect(await readCalibration(file, placements)).toBeUndefined();
});
