import { setImmediate } from 'node:timers/promises';
import type { CalibratedEngine } from '../inference/create-engine.js';
import { normalise } from '../text/normalise.js';
import { bestBatches } from './batches.js';
import { rate } from './rate.js';

/** Texts that the bare engine cuts into batches at a time: as many as the planner sees. */
const WINDOW = 512;

/** Texts a second of the engine by itself, normalising and tokenising included, in the best batches. */
export function engineAlone({ engine, cost }: CalibratedEngine, texts: readonly string[]): Promise<number> {
  return rate(texts.length, async () => {
    const batches: Promise<unknown>[] = [];
    for (let start = 0; start < texts.length; start += WINDOW) {
      const window = texts.slice(start, start + WINDOW).map((text) => engine.tokenise(normalise(text)));
      for (const batch of bestBatches(window, cost)) batches.push(engine.score(batch));
      // Lets the workers begin while the next texts are tokenised.
      await setImmediate();
    }
    await Promise.all(batches);
  });
}
