import { hash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { ModelSpec } from '../model/spec.js';
import type { CostCoefficients } from './cost-model.js';
import { nameOf, type Placement } from './placement.js';

/** The fastest of some placements, and what batches cost there. */
export interface Calibration {
  readonly placement: Placement;
  readonly cost: CostCoefficients;
}

const seconds = z.number().nonnegative();
const storedSchema = z.object({
  placement: z.string(),
  cost: z.object({ fixed: seconds, perToken: seconds, perPair: seconds }),
});

/** Where the calibration among these placements is kept, for all models of one shape: only their weights differ. */
export function calibrationFile(folder: string, shape: ModelSpec, placements: readonly Placement[]): string {
  const digest = hash('sha256', JSON.stringify(shape)).slice(0, 12);
  return join(folder, `${digest}.${placements.map(nameOf).join('+')}.json`);
}

/** Undefined when there is no such file, or it holds something else: then it is measured anew. */
export async function readCalibration(
  file: string,
  placements: readonly Placement[],
): Promise<Calibration | undefined> {
  try {
    const stored = storedSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    const placement = placements.find((one) => nameOf(one) === stored.placement);
    return placement && { placement, cost: stored.cost };
  } catch {
    return undefined;
  }
}

/** A folder that cannot be written does no harm: what is not kept is measured again. */
export async function writeCalibration(file: string, { placement, cost }: Calibration): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(temporary, JSON.stringify({ placement: nameOf(placement), cost }));
    await rename(temporary, file);
  } catch {}
}
