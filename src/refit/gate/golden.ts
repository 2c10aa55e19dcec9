import { normalisedExamples } from '../../training/corpus.js';
import { type Example, readExamples } from '../../training/dataset.js';

/**
 * The golden set: labelled texts, chosen once by people, that no refit may make worse and none learns from. What no labels
 * in a stream can bend: it should have texts of every domain.
 *
 * @throws MoodtapeError MT_DATA with the file and the line that cannot be read.
 */
export async function readGolden(files: readonly string[], labels: readonly string[]): Promise<Example[]> {
  return files.length === 0 ? [] : normalisedExamples(await readExamples(files, labels));
}
