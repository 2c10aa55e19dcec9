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
export function outOfFold(examples: readonly FoldedExample[], labels: number): number[][] {
  const classifiers = new Map(
    [...new Set(examples.map(({ fold }) => fold))].map((fold) => {
      const others = examples.filter((example) => example.teaches && example.fold !== fold);
      return [fold, NgramClassifier.learn(others, labels, SEED)];
    }),
  );
  return examples.map(({ fold, features }) => classifiers.get(fold)?.probabilities(features) ?? []);
}
