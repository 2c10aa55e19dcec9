import { type Station, simulate } from './simulate.js';

/** Texts that are simulated to find a capacity. */
const TEXTS = 10_000;

/**
 * The same scorer with batches that take so much longer that it does as many texts a second as one that was measured. What
 * else it does beside its batches, on the same cores, is spread over them.
 *
 * @param capacity texts a second that were done when all came at once
 * @param lengths tokens of the texts
 */
export function slowedTo(capacity: number, lengths: readonly number[], station: Station): Station {
  const latencies = simulate(new Float64Array(TEXTS), lengths, station);
  const factor = TEXTS / Math.max(...latencies) / capacity;
  return { ...station, service: (texts, length) => factor * station.service(texts, length) };
}
