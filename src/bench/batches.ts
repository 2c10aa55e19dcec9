import { type CostCoefficients, costOf } from '../inference/cost-model.js';
import type { TokenisedText } from '../inference/engine.js';
import { BATCH_LIMITS, cheapestCut } from '../inference/planner.js';

/** Texts in the batches that cost least altogether, the dearest first: then workers end at about the same time. */
export function bestBatches(
  texts: readonly TokenisedText[],
  coefficients: CostCoefficients,
): TokenisedText[][] {
  const cost = costOf(coefficients);
  const price = (batch: readonly TokenisedText[]) =>
    cost(batch.length, Math.max(...batch.map(({ ids }) => ids.length)));
  const lengths = texts.map(({ ids }) => ids.length);
  return cheapestCut(lengths, BATCH_LIMITS, cost)
    .map((batch) => batch.flatMap((index) => texts[index] ?? []))
    .sort((a, b) => price(b) - price(a));
}
