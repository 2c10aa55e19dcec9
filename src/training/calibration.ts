import type { Prediction } from './metrics.js';

const MIN = 0.25;
const MAX = 4;

/** Negative log-likelihood of the labels when the logits are divided by `temperature`. */
export function negativeLogLikelihood(predictions: readonly Prediction[], temperature: number): number {
  let sum = 0;
  for (const { label, probabilities } of predictions) {
    const { scaled, logSum } = logits(probabilities, temperature);
    sum += logSum - (scaled[label] ?? 0);
  }
  return sum / predictions.length;
}

/** The same predictions with the logits divided by `temperature`. */
export function tempered<T extends Prediction>(predictions: readonly T[], temperature: number): T[] {
  return predictions.map((prediction) => {
    const { scaled, logSum } = logits(prediction.probabilities, temperature);
    return { ...prediction, probabilities: scaled.map((x) => Math.exp(x - logSum)) };
  });
}

/** log p differs from the logits by a constant, which the softmax takes out. */
function logits(probabilities: readonly number[], temperature: number) {
  const scaled = probabilities.map((p) => Math.log(Math.max(p, 1e-12)) / temperature);
  const top = Math.max(...scaled);
  return { scaled, logSum: top + Math.log(scaled.reduce((total, x) => total + Math.exp(x - top), 0)) };
}

/** The temperature that makes the probabilities of held-out texts most likely (Guo et al. 2017); golden section. */
export function fitTemperature(predictions: readonly Prediction[]): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  const loss = (logT: number) => negativeLogLikelihood(predictions, Math.exp(logT));
  let [low, high] = [Math.log(MIN), Math.log(MAX)];
  while (high - low > 1e-4) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)];
    if (loss(left) < loss(right)) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}
