import { costOf, type Timing } from '../inference/cost-model.js';
import { BATCH_LIMITS } from '../inference/planner.js';
import { normalise } from '../text/normalise.js';
import { derive } from '../training/random.js';
import type { BenchOptions, Outcome, Row } from './benchmark.js';
import { median } from './quantile.js';
import { poissonArrivals } from './queue/arrivals.js';
import { costUnderLoad, fullBatch, type Latency, latencyOf, together } from './queue/load.js';
import { PARTITIONS } from './queue/scored-log.js';
import { serveLog } from './queue/serve-log.js';
import { serveQueue } from './queue/serve-queue.js';
import { type Station, simulate } from './queue/simulate.js';
import { slowedTo } from './queue/slowed.js';
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
  return withEngine(settings, async ({ engine, cost }) => {
    const serve = log ? serveLog(engine, texts, cost) : serveQueue(engine, texts, costOf(cost));
    const capacities: number[] = [];
    const full: number[] = [];
    const batches: Timing[] = [];
    const commits: number[] = [];
    const latencies = new Map<number, Latency[]>(LOADS.map((load) => [load, []]));
    await serve(together(texts.length));
    for (let round = 0; round < rounds; round++) {
      const saturated = await serve(together(texts.length));
      const capacity = texts.length / saturated.seconds;
      capacities.push(capacity);
      batches.push(...saturated.batches);
      full.push(await fullBatch(engine, texts));
      for (const [load, found] of latencies) {
        const arrivals = poisson(load * capacity, seconds, round);
        const served = await serve(arrivals);
        commits.push(...served.commits);
        found.push(latencyOf(served.latencies));
      }
      onRound(round + 1);
    }
    const ideal: Station = {
      workers: engine.workers,
      limits: BATCH_LIMITS,
      cost: costOf(cost),
      service: costUnderLoad(batches),
      ...(log && { log: { partitions: PARTITIONS, commit: median(commits) } }),
    };
    const lengths = texts.map((text) => engine.tokenise(normalise(text)).ids.length);
    const capacity = median(capacities);
    const station = slowedTo(capacity, lengths, ideal);
    const p99 = latencies.get(USUAL_LOAD)?.map((round) => round.p99) ?? [];
    return {
      comparisons: [
        compare(
          { name: `p99 at ${100 * USUAL_LOAD} % load`, measured: p99 },
          { name: 'a full batch', measured: full },
          'ms',
        ),
      ],
      rows: [...latencies].map(([load, found]) => {
        const arrivals = poisson(load * capacity, rounds * seconds, 0);
        return row(load, load * capacity, found, latencyOf(simulate(arrivals, lengths, station)));
      }),
    };
  });
}

/** Arrivals of so many seconds; others in every round. */
function poisson(rate: number, seconds: number, round: number): Float64Array {
  return poissonArrivals(rate, Math.ceil(rate * seconds), derive(SEED, 'arrivals', round));
}

function row(load: number, rate: number, found: readonly Latency[], simulated: Latency): Row {
  return {
    load,
    textsPerSecond: Math.round(rate),
    p50Ms: median(found.map(({ p50 }) => p50)),
    p95Ms: median(found.map(({ p95 }) => p95)),
    p99Ms: median(found.map(({ p99 }) => p99)),
    simulatedP50Ms: simulated.p50,
    simulatedP95Ms: simulated.p95,
    simulatedP99Ms: simulated.p99,
  };
}
