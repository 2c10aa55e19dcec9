import { MoodtapeError } from '../errors.js';
import type { OpenedBundle } from './bundle.js';
import type { ReadOptions } from './dataset.js';
import { metricsOf } from './metrics.js';
import { type PairedTest, pairedTest } from './paired-test.js';
import { predict, type RoutedPrediction } from './predictions.js';

/** Two models on the same texts, and by how much the second is better. */
export interface Comparison extends PairedTest {
  readonly texts: number;
  /** Accuracies. */
  readonly first: number;
  readonly second: number;
}

/**
 * Compares two models on labelled texts, both in int8: on all of them, under `all`, and on those of each domain.
 *
 * @throws MoodtapeError MT_CONFIG when the models have different labels, MT_DATA when the files cannot be read.
 */
export async function compareModels(
  first: OpenedBundle,
  second: OpenedBundle,
  files: readonly string[],
  options: ReadOptions = {},
): Promise<Readonly<Record<string, Comparison>>> {
  const labels = [first, second].map(({ model }) => model.spec.labels.join(', '));
  if (labels[0] !== labels[1]) {
    throw new MoodtapeError(
      'MT_CONFIG',
      `models of different labels cannot be compared: ${labels.join('; ')}`,
    );
  }
  const before = await byPart(first, files, options);
  const after = await byPart(second, files, options);
  const compared = [...before].map(([part, predictions]) => [
    part,
    comparisonOf(predictions, after.get(part) ?? []),
  ]);
  return Object.fromEntries(compared);
}

/** The predictions for all texts, and for those of each domain, in the order of the texts. */
async function byPart(
  { bundle, model, read }: OpenedBundle,
  files: readonly string[],
  options: ReadOptions,
): Promise<Map<string, RoutedPrediction[]>> {
  const texts = await read(files, options);
  const predictions = await predict(model, texts, { precision: 'int8', temperature: bundle.temperature });
  const domains = [...new Set(texts.map(({ domain }) => domain))].sort();
  return new Map([
    ['all', predictions],
    ...domains.map((domain): [string, RoutedPrediction[]] => [
      domain || 'unknown',
      predictions.filter((_, i) => texts[i]?.domain === domain),
    ]),
  ]);
}

function comparisonOf(first: readonly RoutedPrediction[], second: readonly RoutedPrediction[]): Comparison {
  const accuracyOf = (predictions: readonly RoutedPrediction[]) =>
    metricsOf(predictions, predictions[0]?.probabilities.length ?? 0).accuracy;
  return {
    texts: first.length,
    first: accuracyOf(first),
    second: accuracyOf(second),
    ...pairedTest(second, first),
  };
}
