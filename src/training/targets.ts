import type { TrainingText } from './gradient.js';
import { effectiveNumberWeights } from './losses.js';
import type { TokenisedExample } from './model.js';

/** How labels become targets of the classification loss. */
export interface TargetSettings {
  /** Probability that is spread evenly over all labels (label smoothing). */
  readonly smoothing: number;
  /** β of the class weights by effective number of samples; 0 weighs all classes alike. */
  readonly classBalance: number;
  /** Weight in the loss of the texts of a source; 1 when not named. */
  readonly sourceWeights: Readonly<Record<string, number>>;
}

export type Target = Pick<TrainingText, 'target' | 'weight'>;

export function targetsOf(
  texts: readonly TokenisedExample[],
  labels: number,
  settings: TargetSettings,
): Target[] {
  const { smoothing, classBalance, sourceWeights } = settings;
  const counts = Array.from({ length: labels }, (_, c) => texts.filter(({ label }) => label === c).length);
  const classWeights = effectiveNumberWeights(counts, classBalance);
  return texts.map(({ label, source }) => ({
    target: counts.map((_, c) => (c === label ? 1 - smoothing : 0) + smoothing / labels),
    weight: (classWeights[label] ?? 1) * (sourceWeights[source] ?? 1),
  }));
}
