import { derive } from '../training/random.js';
import type { BenchOptions, Outcome } from './benchmark.js';
import { poissonArrivals } from './queue/arrivals.js';
import { latencyOf, together } from './queue/load.js';
import { serveLog } from './queue/serve-log.js';
import { compare } from './side.js';
import { readTexts } from './texts.js';
import { withEngine } from './with-engine.js';

export interface BesideOptions {
  /** How long texts come in each round. */
  readonly seconds: number;
}

/** Share of the capacity that the live feed takes. */
const LOAD = 0.2;
const SEED = 17;

/**
 * Latency of a live feed at a fifth of the capacity, from the log to committed scores, while an archive is backfilled by the
 * same scorer; against the same feed alone.
 */
export async function beside(options: BenchOptions, { seconds }: BesideOptions): Promise<Outcome> {
  const { settings, data, rounds, onRound } = options;
  const texts = await readTexts(data, options.texts);
  return withEngine(settings, async ({ engine, cost }) => {
    await serveLog(engine, texts, cost)(together(texts.length));
    const busy = await serveLog(engine, texts, cost)(together(texts.length));
    const capacity = texts.length / busy.seconds;
    const archived = Math.ceil(1.2 * capacity * seconds);
    const alone: number[] = [];
    const shared: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const arrivals = poissonArrivals(
        LOAD * capacity,
        Math.ceil(LOAD * capacity * seconds),
        derive(SEED, 'arrivals', round),
      );
      const p99 = async (inArchive: number) => {
        const { latencies } = await serveLog(engine, texts, cost, inArchive)(arrivals);
        return latencyOf(latencies).p99;
      };
      alone.push(await p99(0));
      shared.push(await p99(archived));
      onRound(round + 1);
    }
    const ours = { name: 'live p99 beside a backfill', measured: shared };
    return {
      comparisons: [compare(ours, { name: 'the same feed alone', measured: alone }, 'ms')],
      facts: { runtime: engine.runtime, textsPerSecond: Math.round(LOAD * capacity) },
    };
  });
}
