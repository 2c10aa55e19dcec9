import type { OpenedBundle } from '../training/bundle.js';
import { labelledTexts } from '../training/corpus.js';
import type { Example } from '../training/dataset.js';
import { predict } from '../training/predictions.js';
import type { JudgedText } from './gate.js';

/** What two models say of labelled texts, both in int8, the form that a bundle stores and processors run. */
export async function judgedTexts(
  incumbent: OpenedBundle,
  candidate: OpenedBundle,
  examples: readonly Example[],
): Promise<JudgedText[]> {
  const [before, after] = [
    await predictionsOf(incumbent, examples),
    await predictionsOf(candidate, examples),
  ];
  return before.flatMap(({ domain, prediction }, i) => {
    const other = after[i];
    return other === undefined ? [] : [{ domain, incumbent: prediction, candidate: other.prediction }];
  });
}

async function predictionsOf({ bundle, model, tokenise }: OpenedBundle, examples: readonly Example[]) {
  const texts = labelledTexts(examples, tokenise);
  const { temperature } = bundle;
  const predictions = await predict(model, texts, { precision: 'int8', temperature });
  return predictions.map((prediction, i) => ({ domain: texts[i]?.domain ?? '', prediction }));
}
