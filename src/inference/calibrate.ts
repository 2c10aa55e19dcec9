import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type CostCoefficients, fitCost, type Timing } from './cost-model.js';
import type { Engine } from './engine.js';

/** Batches that are timed, as texts and parts of the model's length. */
const SHAPES = [
  [1, 0.05],
  [1, 0.5],
  [1, 1],
  [8, 0.1],
  [8, 0.5],
  [16, 0.25],
] as const;
/** The least of several times: what else the machine does only ever adds. */
const REPEATS = 3;

const seconds = z.number().nonnegative();
const costSchema = z.object({ fixed: seconds, perToken: seconds, perPair: seconds });

/**
 * What batches cost on this engine, measured (a second or less) and kept in `folder` for the next engine with the same
 * model and runtime.
 */
export async function calibrate(engine: Engine, folder: string): Promise<CostCoefficients> {
  const file = join(folder, `${engine.model.version}.${engine.runtime}.json`);
  const known = await readCost(file);
  if (known !== undefined) return known;
  const cost = fitCost(await measure(engine));
  await mkdir(folder, { recursive: true });
  await writeFile(`${file}.${process.pid}`, JSON.stringify(cost));
  await rename(`${file}.${process.pid}`, file);
  return cost;
}

/** Undefined when there is no such file, or it holds something else: then it is measured anew. */
async function readCost(file: string): Promise<CostCoefficients | undefined> {
  try {
    return costSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

async function measure(engine: Engine): Promise<Timing[]> {
  const { ids } = engine.tokenise('股市上涨。'.repeat(engine.model.maxLength));
  const timings: Timing[] = [];
  for (const [texts, part] of SHAPES) {
    const length = Math.max(1, Math.round(part * ids.length));
    const batch = Array.from({ length: texts }, () => ({ ids: ids.slice(0, length), truncated: false }));
    let least = Number.POSITIVE_INFINITY;
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const started = performance.now();
      await engine.score(batch);
      least = Math.min(least, (performance.now() - started) / 1000);
    }
    timings.push({ texts, length, seconds: least });
  }
  return timings;
}
