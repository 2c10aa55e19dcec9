import type { TrainingText } from './gradient.js';
import { effectiveNumberWeights } from './losses.js';
import type { TokenisedExample } from './model.js';

/** How labels become targets of the classification loss. */
export interface TargetSettings {
  /** Probability that is spread evenly over all labels (label smoothing). */
  readonly smoothing: number;
  /** β of the class weights by effective number of samples; 0 weighs all classes alike. */
  readonly classBalance: number;
  /** The same for the domains; 0 when left out. */
  readonly domainBalance?: number | undefined;
  /** Weight in the loss of the texts of a source; 1 when not named. */
  readonly sourceWeights: Readonly<Record<string, number>>;
}

export type Target = Pick<TrainingText, 'target' | 'weight'>;

export function targetsOf(
  texts: readonly TokenisedExample[],
  labels: number,
  settings: TargetSettings,
): Target[] {
  const { smoothing, classBalance, domainBalance = 0, sourceWeights } = settings;
  const classes = Array.from({ length: labels }, (_, c) => c);
  const classWeights = balancingWeights(
    texts.map(({ label }) => label),
    classes,
    classBalance,
  );
  const names = [...new Set(texts.map(({ domain }) => domain))];
  const domainWeights = balancingWeights(
    texts.map(({ domain }) => domain),
    names,
    domainBalance,
  );
  return texts.map(({ label, domain, source }) => ({
    target: classes.map((c) => (c === label ? 1 - smoothing : 0) + smoothing / labels),
    weight: (classWeights.get(label) ?? 1) * (domainWeights.get(domain) ?? 1) * (sourceWeights[source] ?? 1),
  }));
}

/** The weight of each kind by the effective number of its texts. */
function balancingWeights<T>(ofTexts: readonly T[], kinds: readonly T[], beta: number): Map<T, number> {
  const counts = kinds.map((kind) => ofTexts.filter((other) => other === kind).length);
  const weights = effectiveNumberWeights(counts, beta);
  return new Map(kinds.map((kind, i) => [kind, weights[i] ?? 1]));
}
