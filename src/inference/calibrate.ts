import { type CostCoefficients, fitCost, type Timing } from './cost-model.js';
import type { Engine } from './engine.js';
import type { Placement } from './placement.js';

/** Starts the model on a placement; gives undefined where it cannot run. */
export type Start = (placement: Placement) => Promise<Engine | undefined>;

/** A placement with an engine on it, and what batches cost there. */
export interface Calibrated {
  readonly placement: Placement;
  readonly engine: Engine;
  readonly cost: CostCoefficients;
}

/** Batches that are timed, as texts and parts of the model's length, in order of size. */
const SHAPES = [
  [1, 0.05],
  [1, 0.5],
  [8, 0.1],
  [1, 1],
  [8, 0.5],
  [16, 0.25],
  [32, 0.5],
  [64, 1],
] as const;
/** The least of several times: what else the machine does only ever adds. */
const REPEATS = 3;
/** Seconds of timed batches on one placement after which no further one is begun. */
const BUDGET = 0.2;
/** How much faster a less likely placement has to be; less may be chance. */
const MARGIN = 1.1;

interface Trial {
  readonly placement: Placement;
  readonly engine: Engine;
  readonly timings: readonly Timing[];
}

/**
 * Measures placements, the likeliest first, and leaves an engine running on the one that does most work in a second.
 * It settles the device first, then the number of workers, then the form of the experts; a trial takes about a second.
 * Undefined when none could be started.
 */
export async function calibrate(
  placements: readonly Placement[],
  start: Start,
): Promise<Calibrated | undefined> {
  const others = (best: Trial | undefined, ...settled: (keyof Placement)[]) =>
    placements.filter(
      (one) => one !== best?.placement && settled.every((key) => one[key] === best?.placement[key]),
    );
  const ofDevices = placements.filter(
    ({ device }, index) => index === placements.findIndex((one) => one.device === device),
  );
  const device = await fastest(ofDevices, start);
  const division = await fastest(others(device, 'device', 'form'), start, device);
  const best = await fastest(others(division, 'device', 'workers'), start, division);
  return best && { placement: best.placement, engine: best.engine, cost: fitCost(best.timings) };
}

/** The fastest of what was found so far and these placements; the engines of all others are closed. */
async function fastest(
  placements: readonly Placement[],
  start: Start,
  soFar?: Trial,
): Promise<Trial | undefined> {
  let best = soFar;
  for (const placement of placements) {
    const engine = await start(placement);
    if (engine === undefined) continue;
    const trial = { placement, engine, timings: await measure(engine) };
    const better = best === undefined || (await isFaster(trial, best));
    await (better ? best : trial)?.engine.close();
    if (better) best = trial;
  }
  return best;
}

/** The likelier placement is measured again before it is given up: something else may have held it up. */
async function isFaster(trial: Trial, best: Trial): Promise<boolean> {
  const leads = (over: Trial) => rateOf(trial) > MARGIN * rateOf(over);
  return leads(best) && leads({ ...best, timings: await measure(best.engine) });
}

/** Tokens a second of all workers, in the batches that suit them best: those that they have under load. */
function rateOf({ engine, timings }: Trial): number {
  return (
    engine.workers * Math.max(...timings.map(({ texts, length, seconds }) => (texts * length) / seconds))
  );
}

/** Batches run as they do under full load: on every worker at once. */
async function measure(engine: Engine): Promise<Timing[]> {
  const { ids } = engine.tokenise('股市上涨。'.repeat(engine.model.maxLength));
  const onAllWorkers = async (texts: number, length: number) => {
    const started = performance.now();
    const batch = Array.from({ length: texts }, () => ({ ids: ids.slice(0, length), truncated: false }));
    await Promise.all(Array.from({ length: engine.workers }, () => engine.score(batch)));
    return (performance.now() - started) / 1000;
  };
  const timings: Timing[] = [];
  let left = BUDGET;
  for (const [texts, part] of SHAPES) {
    if (left <= 0) break;
    const length = Math.max(1, Math.round(part * ids.length));
    // What a device does once, at its first batch of a shape, is no part of what batches cost.
    await onAllWorkers(texts, length);
    let least = Number.POSITIVE_INFINITY;
    for (let repeat = 0; repeat < REPEATS && left > 0; repeat++) {
      const seconds = await onAllWorkers(texts, length);
      least = Math.min(least, seconds);
      left -= seconds;
    }
    timings.push({ texts, length, seconds: least });
  }
  return timings;
}
