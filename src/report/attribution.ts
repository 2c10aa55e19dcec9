import type { Model, TokenisedExample } from '../training/model.js';
import { type PredictOptions, predict, type RoutedPrediction } from '../training/predictions.js';
import type { Pieces } from './pieces.js';

/** What a token of a text did for the predicted label. */
export interface TokenWeight {
  /** The token as it stands in the text. */
  readonly piece: string;
  /**
   * Log-odds of the predicted label with the token, less those without it, in nats: above 0 the token spoke for the
   * label, below 0 against it.
   */
  readonly weight: number;
}

/** A text, what the model says of it, and the label that its tokens speak for or against. */
export interface Attributed {
  readonly text: TokenisedExample;
  readonly prediction: RoutedPrediction;
  readonly predicted: number;
}

/**
 * Leave-one-token-out: the model reads each text once more for every token, with that token gone. Special tokens stay
 * and are not listed. Joined, the pieces are the text as far as the model read it.
 */
export async function attributions(
  model: Model,
  cases: readonly Attributed[],
  pieces: Pieces,
  options: PredictOptions,
): Promise<TokenWeight[][]> {
  const without = variantsOf(
    cases.map(({ text }) => text),
    pieces,
  );
  const predictions = await predict(model, without.flat(), options);
  let next = 0;
  return cases.map(({ text, prediction, predicted }) => {
    const whole = logOdds(prediction.probabilities[predicted]);
    return joined(text.ids, pieces).map((piece) => {
      const probabilities = predictions[next++]?.probabilities ?? [];
      return { piece, weight: whole - logOdds(probabilities[predicted]) };
    });
  });
}

/** How many texts `attributions` reads. */
export function variantCount(texts: readonly TokenisedExample[], pieces: Pieces): number {
  return texts.reduce((sum, { ids }) => sum + placesOf(ids, pieces).length, 0);
}

function variantsOf(texts: readonly TokenisedExample[], pieces: Pieces): TokenisedExample[][] {
  return texts.map((text) =>
    // A text without any token cannot be read: the only one stays.
    text.ids.length === 1
      ? [text]
      : placesOf(text.ids, pieces).map((place) => ({ ...text, ids: text.ids.filter((_, i) => i !== place) })),
  );
}

/** Places of the tokens that are no special ones. */
const placesOf = (ids: Int32Array, pieces: Pieces) =>
  Array.from(ids, (_, i) => i).filter((i) => !pieces.isSpecial(ids[i] ?? 0));

const joined = (ids: Int32Array, pieces: Pieces) =>
  pieces.split(placesOf(ids, pieces).map((place) => ids[place] ?? 0));

/** Beyond these odds float32 cannot tell probabilities from 0 or 1. */
const LEAST = 1e-7;

function logOdds(probability = 0.5): number {
  const p = Math.min(Math.max(probability, LEAST), 1 - LEAST);
  return Math.log(p / (1 - p));
}
