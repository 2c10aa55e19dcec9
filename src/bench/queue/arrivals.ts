import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Random } from '../../training/random.js';

/** Milliseconds that arrivals which are due may take of one turn of the event loop: workers wait no longer. */
const TURN_MS = 2;

/** Seconds at which `count` arrivals of a Poisson process come, so many a second on average. */
export function poissonArrivals(rate: number, count: number, next: Random): Float64Array {
  let at = 0;
  return Float64Array.from({ length: count }, () => {
    at -= Math.log(1 - next()) / rate;
    return at;
  });
}

/**
 * Calls `arrive` with the index of each arrival at its time, or as soon after it as the event loop comes to it. What
 * comes of earlier arrivals holds no later one up: who measures from the times in `arrivals` omits no delay.
 *
 * @param arrivals seconds since `started`, ascending
 * @param started on the clock of `performance.now`
 */
export async function openLoop(
  arrivals: Float64Array,
  started: number,
  arrive: (index: number) => void,
): Promise<void> {
  let turnEnds = performance.now() + TURN_MS;
  for (const [index, at] of arrivals.entries()) {
    const early = () => started + 1000 * at - performance.now();
    if (early() > 0 || performance.now() > turnEnds) {
      await setImmediate();
      // A timer may fire a little before its time.
      while (early() > 0) await setTimeout(Math.ceil(early()));
      turnEnds = performance.now() + TURN_MS;
    }
    arrive(index);
  }
}
