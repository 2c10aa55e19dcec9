import { setImmediate } from 'node:timers/promises';
import { NgramClassifier, type NgramExample } from './ngram-classifier.js';

/** An example that is predicted by a classifier which has not seen those of its fold. */
export interface FoldedExample extends NgramExample {
  /** From 0. */
  readonly fold: number;
  /** False for one that nothing is learned from. */
  readonly teaches: boolean;
}

/** The same classifier is learned wherever the same examples are. */
const SEED = 2026;

/** Of each example, the probabilities of the labels as learned from the other folds. */
export async function outOfFold(examples: readonly FoldedExample[], labels: number): Promise<number[][]> {
  const classifiers = new Map<number, NgramClassifier>();
  for (const fold of new Set(examples.map((example) => example.fold))) {
    const others = examples.filter((example) => example.teaches && example.fold !== fold);
    classifiers.set(fold, NgramClassifier.learn(others, labels, SEED));
    // Each takes a tenth of a second, in which nothing else could happen.
    await setImmediate();
  }
  return examples.map(({ fold, features }) => classifiers.get(fold)?.probabilities(features) ?? []);
}
