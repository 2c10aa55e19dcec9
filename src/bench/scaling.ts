import { MoodtapeError } from '../errors.js';
import { costOf } from '../inference/cost-model.js';
import { derive } from '../training/random.js';
import type { BenchOptions, Outcome } from './benchmark.js';
import { poissonArrivals } from './queue/arrivals.js';
import { type Latency, latencyOf, together } from './queue/load.js';
import { type Model, modelOf } from './queue/model.js';
import { serveQueue } from './queue/serve-queue.js';
import type { Served } from './queue/served.js';
import { simulate } from './queue/simulate.js';
import { compare } from './side.js';
import { readTexts } from './texts.js';
import { withEngine } from './with-engine.js';

export interface ScalingOptions {
  /** Milliseconds that 99 % of the texts may take from the log to their commit. */
  readonly within: number;
  /** Milliseconds that a transaction takes. */
  readonly commit: number;
}

/** Texts a second that are asked for. */
const RATES = [1_000, 10_000, 100_000];
/** The one that the benchmark is known by. */
const USUAL_RATE = 10_000;
/** Partitions of one scorer. */
const PARTITIONS = [1, 2, 4, 8];
/** Texts of one simulation. */
const SIMULATED = 20_000;
/** Loads that are tried, as shares of the capacity: from 1 % to 99 %. */
const STEPS = 100;
const SEED = 13;

/**
 * How many scorers like this machine it takes, by simulation from what batches cost here while every worker has one. Each
 * has its share of the texts, a Poisson process too.
 */
export async function scaling(options: BenchOptions, { within, commit }: ScalingOptions): Promise<Outcome> {
  const { settings, data, rounds, onRound } = options;
  const texts = await readTexts(data, options.texts);
  return withEngine(settings, async (calibrated) => {
    const serve = serveQueue(calibrated.engine, texts, costOf(calibrated.cost));
    const saturated: Served[] = [];
    await serve(together(texts.length));
    for (let round = 0; round < rounds; round++) {
      saturated.push(await serve(together(texts.length)));
      onRound(round + 1);
    }
    const model = modelOf(calibrated, texts, saturated);
    const { capacity, facts } = model;
    const scorers = PARTITIONS.map((partitions) => {
      const log = { partitions, commit: commit / 1000 };
      return { partitions, ...busiest({ ...model, station: { ...model.station, log } }, within) };
    });
    const best = Math.max(...scorers.map(({ rate }) => rate));
    return {
      comparisons: [
        compare(
          {
            name: `${USUAL_RATE.toLocaleString('en')} texts/s, 99 % within ${within} ms`,
            measured: [USUAL_RATE / best],
          },
          { name: 'scorers that never wait', measured: [USUAL_RATE / capacity] },
          'scorers',
        ),
      ],
      rows: scorers.map(({ partitions, rate, load, p50, p99 }) => ({
        partitionsOfAScorer: partitions,
        textsPerSecond: Math.round(rate),
        load,
        p50Ms: p50,
        p99Ms: p99,
        ...Object.fromEntries(RATES.map((asked) => [`scorersFor${asked}`, Math.ceil(asked / rate)])),
      })),
      facts,
    };
  });
}

interface Busy extends Latency {
  /** Texts a second. */
  readonly rate: number;
  /** As a share of the capacity. */
  readonly load: number;
}

/**
 * A scorer with as much to do as it can have while 99 % of its texts are done in time.
 *
 * @throws MoodtapeError MT_CONFIG when they are late even where there is next to nothing to do.
 */
function busiest({ lengths, station, capacity }: Model, within: number): Busy {
  const at = (step: number): Busy => {
    const load = step / STEPS;
    const rate = load * capacity;
    const arrivals = poissonArrivals(rate, SIMULATED, derive(SEED, 'arrivals'));
    return { rate, load, ...latencyOf(simulate(arrivals, lengths, station)) };
  };
  let [found, tooMuch] = [at(1), STEPS];
  if (found.p99 > within) {
    const { p99 } = found;
    throw new MoodtapeError('MT_CONFIG', `99 % of the texts take ${p99.toFixed(0)} ms even without a load`, {
      remedy: 'ask for more than that',
    });
  }
  for (let step = 1; tooMuch - step > 1; ) {
    const middle = Math.floor((step + tooMuch) / 2);
    const tried = at(middle);
    if (tried.p99 > within) tooMuch = middle;
    else [step, found] = [middle, tried];
  }
  return found;
}
