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
  /** Sources whose labels are weighed alike: how they were collected, not the market, decided their mix. */
  readonly evenSources: readonly string[];
}

export type Target = Pick<TrainingText, 'target' | 'weight'>;

export function targetsOf(
  texts: readonly TokenisedExample[],
  labels: number,
  settings: TargetSettings,
): Target[] {
  const { smoothing, classBalance, sourceWeights, evenSources } = settings;
  const counts = Array.from({ length: labels }, (_, c) => texts.filter(({ label }) => label === c).length);
  const classWeights = effectiveNumberWeights(counts, classBalance);
  const evenWeights = new Map(evenSources.map((source) => [source, evenLabelWeights(texts, source)]));
  return texts.map(({ label, source }) => ({
    target: counts.map((_, c) => (c === label ? 1 - smoothing : 0) + smoothing / labels),
    weight:
      (classWeights[label] ?? 1) *
      (sourceWeights[source] ?? 1) *
      (evenWeights.get(source)?.get(label) ?? 1),
  }));
}

/** By label: its texts weigh together as much as those of any other label of the source, and all as much as before. */
function evenLabelWeights(texts: readonly TokenisedExample[], source: string): Map<number, number> {
  const counts = new Map<number, number>();
  const ours = texts.filter((text) => text.source === source);
  for (const { label } of ours) counts.set(label, (counts.get(label) ?? 0) + 1);
  return new Map([...counts].map(([label, n]) => [label, ours.length / (counts.size * n)]));
}
