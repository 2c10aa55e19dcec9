import type { OpenedBundle } from '../../training/bundle.js';
import { labelledTexts } from '../../training/corpus.js';
import type { Example } from '../../training/dataset.js';
import { predictByGraph } from '../../training/predictions.js';
import type { JudgedText } from './gate.js';

/** What two models say of labelled texts without empty ones, both by the int8 graph that a bundle holds and processors run. */
export async function judgedTexts(
  incumbent: OpenedBundle,
  candidate: OpenedBundle,
  examples: readonly Example[],
): Promise<JudgedText[]> {
  const before = await predictionsOf(incumbent, examples);
  const after = await predictionsOf(candidate, examples);
  return examples.flatMap(({ domain }, i) => {
    const [old, fresh] = [before[i], after[i]];
    return old && fresh ? [{ domain, incumbent: old, candidate: fresh }] : [];
  });
}

async function predictionsOf({ bundle, tokenise }: OpenedBundle, examples: readonly Example[]) {
  return predictByGraph(await bundle.graph('int8'), bundle.spec, labelledTexts(examples, tokenise));
}
