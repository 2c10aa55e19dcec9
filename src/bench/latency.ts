import { costOf } from '../inference/cost-model.js';
import { BATCH_LIMITS } from '../inference/planner.js';
import { derive } from '../training/random.js';
import type { BenchOptions, Outcome, Row } from './benchmark.js';
import { median } from './quantile.js';
import { poissonArrivals } from './queue/arrivals.js';
import { fullBatch, latencyOf, together } from './queue/load.js';
import { type Model, modelOf } from './queue/model.js';
import { PARTITIONS } from './queue/scored-log.js';
import { serveLog } from './queue/serve-log.js';
import { serveQueue } from './queue/serve-queue.js';
import type { Served } from './queue/served.js';
import { simulate } from './queue/simulate.js';
import { compare } from './side.js';
import { readTexts } from './texts.js';
import { withEngine } from './with-engine.js';

export interface LatencyOptions {
  /** Measure from a log to committed scores, not from the queue to scores. */
  readonly log?: boolean;
  /** How long texts come at each load. */
  readonly seconds: number;
}

/** Shares of the capacity. */
const LOADS = [0.5, 0.7, 0.9];
/** The one that the benchmark is known by. */
const USUAL_LOAD = 0.7;
const SEED = 13;

/**
 * Latency of texts that come as a Poisson process, whatever becomes of those before them, counted from when each was to
 * come. Loads are shares of what is done in a second when all texts come at once. Beside what was measured stands what
 * the simulation says of the same loads, by what batches cost while every worker has one.
 */
export async function latency(
  options: BenchOptions,
  { log = false, seconds }: LatencyOptions,
): Promise<Outcome> {
  const { settings, data, rounds, onRound } = options;
  const texts = await readTexts(data, options.texts);
  return withEngine(settings, async (calibrated) => {
    const { engine, cost } = calibrated;
    const serve = log ? serveLog(engine, texts, cost) : serveQueue(engine, texts, costOf(cost));
    const saturated: Served[] = [];
    const full: number[] = [];
    const loaded = new Map<number, Served[]>(LOADS.map((load) => [load, []]));
    await serve(together(texts.length));
    for (let round = 0; round < rounds; round++) {
      const served = await serve(together(texts.length));
      saturated.push(served);
      full.push(await fullBatch(engine, texts));
      const capacity = texts.length / served.seconds;
      for (const [load, found] of loaded) found.push(await serve(poisson(load * capacity, seconds, round)));
      onRound(round + 1);
    }
    const commits = [...loaded.values()].flat().flatMap((served) => [...served.commits]);
    const partitions = { partitions: PARTITIONS, commit: median(commits) };
    const model = modelOf(calibrated, texts, saturated, log ? partitions : undefined);
    const p99 = { name: `p99 at ${100 * USUAL_LOAD} % load`, measured: p99s(loaded.get(USUAL_LOAD) ?? []) };
    return {
      comparisons: [
        compare(p99, { name: `a batch of ${BATCH_LIMITS.maxTexts} texts`, measured: full }, 'ms'),
      ],
      rows: [...loaded].map(([load, found]) => rowOf(load, found, model, rounds * seconds)),
      facts: { ...model.facts, ...(log && { commitMs: 1e3 * partitions.commit }) },
    };
  });
}

/** Arrivals of so many seconds; others in every round. */
function poisson(rate: number, seconds: number, round: number): Float64Array {
  return poissonArrivals(rate, Math.ceil(rate * seconds), derive(SEED, 'arrivals', round));
}

function rowOf(load: number, found: readonly Served[], model: Model, seconds: number): Row {
  const rate = load * model.capacity;
  const simulated = latencyOf(simulate(poisson(rate, seconds, 0), model.lengths, model.station));
  const measured = found.map(({ latencies }) => latencyOf(latencies));
  return {
    load,
    textsPerSecond: Math.round(rate),
    p50Ms: median(measured.map(({ p50 }) => p50)),
    p95Ms: median(measured.map(({ p95 }) => p95)),
    p99Ms: median(measured.map(({ p99 }) => p99)),
    simulatedP50Ms: simulated.p50,
    simulatedP95Ms: simulated.p95,
    simulatedP99Ms: simulated.p99,
  };
}

const p99s = (found: readonly Served[]) => found.map(({ latencies }) => latencyOf(latencies).p99);
