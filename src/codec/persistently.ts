import { setTimeout } from 'node:timers/promises';
import { MoodtapeError } from '../errors.js';

/** Milliseconds before the second attempt; twice as long before each later one, up to the longest. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;

export interface Persistence {
  /** How often it is tried at most. */
  readonly attempts: number;
  /** Aborts when there is to be no other attempt. */
  readonly signal?: AbortSignal;
  /** Called with each failure that another attempt follows. */
  readonly onFailure?: (error: MoodtapeError) => void;
}

/** Tries again, later each time, while the schema registry is out of reach (MT_SCHEMA_REGISTRY). */
export async function persistently<T>(
  attempt: () => Promise<T>,
  { attempts, signal, onFailure }: Persistence,
): Promise<T> {
  for (let made = 1, pause = FIRST_PAUSE; ; made++, pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof MoodtapeError) || error.code !== 'MT_SCHEMA_REGISTRY') throw error;
      if (made >= attempts || signal?.aborted) throw error;
      onFailure?.(error);
      await pauseFor(pause, signal);
    }
  }
}

/** Waits; no longer than until the signal aborts, for the attempt that follows will fail then. */
export async function pauseFor(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal }).catch(() => {});
}
