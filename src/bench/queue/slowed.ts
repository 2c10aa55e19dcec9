import { type CostCoefficients, costOf } from '../../inference/cost-model.js';
import { type Station, simulate } from './simulate.js';

/** Texts that are simulated to find a capacity. */
const TEXTS = 10_000;

/**
 * What batches take of a scorer, in all, that does so many texts a second when all come at once: what else it does beside
 * its batches, on the same cores, is spread over them.
 *
 * @param capacity texts a second
 * @param lengths tokens of the texts
 * @param batches what batches take by themselves
 */
export function slowedTo(
  capacity: number,
  lengths: readonly number[],
  station: Omit<Station, 'service'>,
  batches: CostCoefficients,
): CostCoefficients {
  const latencies = simulate(new Float64Array(TEXTS), lengths, { ...station, service: costOf(batches) });
  const factor = TEXTS / Math.max(...latencies) / capacity;
  const { fixed, perToken, perPair } = batches;
  return { fixed: factor * fixed, perToken: factor * perToken, perPair: factor * perPair };
}
