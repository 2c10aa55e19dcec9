import { setTimeout } from 'node:timers/promises';

const SHORTEST_MS = 100;
const LONGEST_MS = 5_000;

/** Pauses before a new attempt, longer after each that failed; ends at once when `signal` aborts. */
export async function rest(failed: number, signal: AbortSignal): Promise<void> {
  const pause = Math.min(SHORTEST_MS * 2 ** Math.min(failed, 10), LONGEST_MS);
  await setTimeout(pause * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
}
