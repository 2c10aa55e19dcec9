import type { OpenedBundle } from '../training/bundle.js';
import { normalisedExamples } from '../training/corpus.js';
import { type Example, type ReadOptions, readExamples } from '../training/dataset.js';
import type { TokenisedExample } from '../training/model.js';

/** A labelled text of which the words are kept, to be shown. */
export interface ReportText extends TokenisedExample, Pick<Example, 'id' | 'text'> {
  /** True when the model does not read the text to its end. */
  readonly truncated: boolean;
}

/** @throws MoodtapeError MT_DATA when a file cannot be read, with the file and the line. */
export async function readReportTexts(
  { model, tokenise }: Pick<OpenedBundle, 'model' | 'tokenise'>,
  files: readonly string[],
  options?: ReadOptions,
): Promise<ReportText[]> {
  const examples = await readExamples(files, model.spec.labels, options);
  return normalisedExamples(examples).map((example) => ({ ...example, ...tokenise(example.text) }));
}
