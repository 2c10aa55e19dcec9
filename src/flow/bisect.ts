import { MoodtapeError } from '../errors.js';
import type { Engine, Score, TokenisedText } from '../inference/engine.js';

/**
 * Scores a batch. When the model fails on it, its halves are scored by themselves, and theirs in turn, until each text
 * that makes the model fail stands alone; its place holds the error.
 *
 * @throws MoodtapeError MT_DEVICE when the model fails on a plain text too: then no text is to blame.
 */
export async function scoreBisecting(
  engine: Engine,
  batch: readonly TokenisedText[],
): Promise<(Score | MoodtapeError)[]> {
  try {
    return await engine.score(batch);
  } catch (error) {
    if (!(error instanceof MoodtapeError) || error.code !== 'MT_INFERENCE') throw error;
    if (batch.length === 1) {
      await scorePlainText(engine);
      return [error];
    }
  }
  const middle = Math.ceil(batch.length / 2);
  return [
    ...(await scoreBisecting(engine, batch.slice(0, middle))),
    ...(await scoreBisecting(engine, batch.slice(middle))),
  ];
}

async function scorePlainText(engine: Engine): Promise<void> {
  try {
    await engine.score([engine.tokenise('市场')]);
  } catch (cause) {
    throw new MoodtapeError('MT_DEVICE', 'the model fails on every text', { cause });
  }
}
