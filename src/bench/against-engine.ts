import type { CalibratedEngine } from '../inference/create-engine.js';
import type { BenchOptions, Outcome } from './benchmark.js';
import { engineAlone } from './engine-alone.js';
import { compare, inTurns, Side } from './side.js';
import { withEngine } from './with-engine.js';

/**
 * Texts a second of what has an engine in it, against the engine alone on the same texts.
 *
 * @param facts asked when all is measured
 */
export function againstEngine(
  { settings, rounds, onRound }: BenchOptions,
  texts: readonly string[],
  name: string,
  measure: (model: CalibratedEngine) => Promise<number>,
  facts: () => Outcome['facts'] = () => ({}),
): Promise<Outcome> {
  return withEngine(settings, async (model) => {
    const ours = new Side(name, () => measure(model));
    const bare = new Side('the engine alone', () => engineAlone(model, texts));
    await inTurns(rounds, [ours, bare], onRound);
    return {
      comparisons: [compare(ours, bare, 'texts/s')],
      facts: { runtime: model.engine.runtime, ...facts() },
    };
  });
}
