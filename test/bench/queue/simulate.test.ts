import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantile } from '../../../src/bench/quantile.js';
import { poissonArrivals } from '../../../src/bench/queue/arrivals.js';
import { type Station, simulate } from '../../../src/bench/queue/simulate.js';
import { costOf } from '../../../src/inference/cost-model.js';
import { derive } from '../../../src/training/random.js';

const TEXTS = 60_000;
const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** One text a batch, and texts in the order in which they came: a queue as the textbooks have it. */
function plain(workers: number, service: Station['service']): Station {
  const limits = { maxTexts: 1, maxTokens: Number.POSITIVE_INFINITY };
  return { workers, limits, cost: service, service };
}

describe('without batches the simulation agrees with queueing theory', () => {
  const load = 0.6;
  /** Service times of mean 1. */
  const next = derive(1, 'service');
  const exponential = Array.from({ length: TEXTS }, () => -Math.log(1 - next()));

  it('M/D/1: the mean wait of Pollaczek and Khinchine', () => {
    const latencies = simulate(
      poissonArrivals(load, TEXTS, derive(1, 'arrivals')),
      [1],
      plain(1, () => 1),
    );
    const wait = load / (2 * (1 - load));
    expect(mean(latencies) / (1 + wait)).toBeCloseTo(1, 1);
  });

  it('M/M/1: latencies that are distributed exponentially', () => {
    const station = plain(1, (_, length) => length);
    const latencies = simulate(
      poissonArrivals(load, TEXTS, derive(1, 'arrivals')),
      exponential,
      station,
    ).sort();
    for (const q of [0.5, 0.8, 0.95]) {
      const expected = -Math.log(1 - q) / (1 - load);
      expect(quantile(latencies, q) / expected).toBeCloseTo(1, 1);
    }
  });

  it('M/M/2: the mean wait of Erlang’s formula C', () => {
    const station = plain(2, (_, length) => length);
    const latencies = simulate(poissonArrivals(2 * load, TEXTS, derive(1, 'arrivals')), exponential, station);
    const waiting = (2 * load ** 2) / (1 + load);
    expect(mean(latencies) / (1 + waiting / (2 - 2 * load))).toBeCloseTo(1, 1);
  });
});

describe('with batches', () => {
  const limits = { maxTexts: 8, maxTokens: 1024 };

  it('texts of one length that come all at once go in full batches, side by side', () => {
    const station = { workers: 2, limits, cost: () => 1, service: () => 1 };
    const latencies = simulate(new Float64Array(1 + 64), [10], station);
    // The first text finds two idle workers and an empty queue.
    expect(latencies[0]).toBe(1);
    expect(Math.max(...latencies)).toBe(5);
  });

  it('no text is done before the model could have read it, and each is done', () => {
    const cost = costOf({ fixed: 0.5, perToken: 0.01, perPair: 0 });
    const lengths = fc.array(fc.integer({ min: 2, max: 128 }), { minLength: 1, maxLength: 20 });
    const workers = fc.integer({ min: 1, max: 3 });
    const log = fc.option(
      fc.record({ partitions: fc.integer({ min: 1, max: 4 }), commit: fc.constant(0.1) }),
      {
        nil: undefined,
      },
    );
    fc.assert(
      fc.property(lengths, workers, log, (all, workers, log) => {
        const station = { workers, limits, cost, service: cost, ...(log && { log }) };
        const latencies = simulate(poissonArrivals(2, 60, derive(4, 'arrivals')), all, station);
        for (const [index, latency] of latencies.entries()) {
          const alone = cost(1, all[index % all.length] ?? 0) + (log?.commit ?? 0);
          expect(latency).toBeGreaterThanOrEqual(alone - 1e-9);
        }
      }),
    );
  });
});

describe('from a log', () => {
  const station = (partitions: number): Station => {
    return { ...plain(2, () => 1), log: { partitions, commit: 0.5 } };
  };
  const arrivals = Float64Array.of(0, 0.25, 3);

  it('a text waits until the poll before it in its partition is committed', () => {
    expect([...simulate(arrivals, [1], station(1))]).toEqual([1.5, 2.75, 1.5]);
  });

  it('partitions do not wait for each other', () => {
    expect([...simulate(arrivals, [1], station(2))]).toEqual([1.5, 1.5, 1.5]);
  });
});
