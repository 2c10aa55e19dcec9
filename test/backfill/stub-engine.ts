import { MoodtapeError } from '../../src/errors.js';
import type { Engine, ModelIdentity, Score, TokenisedText } from '../../src/inference/engine.js';

/** A text with this character makes the whole batch fail. */
export const POISON = '☠';

/**
 * An engine whose scores depend on the batch, as those of a quantised model do: on its size, and on its longest text.
 * One token a character.
 */
export function stubEngine(version = 'v1'): Engine {
  const labels = ['利空', '中性', '利好'];
  const model: ModelIdentity = { name: 'stub', version, labels, experts: ['only'], maxLength: 64 };
  const score = async (batch: readonly TokenisedText[]): Promise<Score[]> => {
    if (batch.some(({ ids }) => ids.includes(POISON.charCodeAt(0)))) {
      throw new MoodtapeError('MT_INFERENCE', 'poisoned');
    }
    const longest = Math.max(...batch.map(({ ids }) => ids.length));
    return batch.map(({ ids, truncated }) => {
      const bearish = 1 / (2 + (ids[0] ?? 0) + longest + batch.length);
      return { probabilities: [bearish, 0, 1 - bearish], experts: [1], truncated, model };
    });
  };
  return {
    model,
    runtime: 'stub',
    workers: 2,
    tokenise: (text) => ({
      ids: Int32Array.from([...text].slice(0, 64), (character) => character.charCodeAt(0)),
      truncated: text.length > 64,
    }),
    readerOf: () => model,
    score,
    close: async () => {},
  };
}
