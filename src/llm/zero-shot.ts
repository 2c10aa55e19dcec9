import type { Example } from '../training/dataset.js';
import type { RoutedPrediction } from '../training/predictions.js';
import { type Asking, askAll, type Respondent } from './ask.js';
import { classificationPrompt } from './classification-prompt.js';
import { parseLabel } from './parse-label.js';

/** Bounds an answer that rambles; a model that reasons first needs most of it. */
const MAX_TOKENS = 2048;

export interface ZeroShot {
  /** In the order of the texts. An answer has no probabilities: its label has 1, and none is there when it names none. */
  readonly predictions: RoutedPrediction[];
  /** Answers that name no label. */
  readonly unparsable: string[];
}

/** Asks a chat model for the label of each text, without any training. Fails as `askAll` does. */
export async function classifyZeroShot(
  respondent: Respondent,
  texts: readonly Example[],
  labels: readonly string[],
  asking: Asking,
): Promise<ZeroShot> {
  const requests = texts.map(({ text }) => ({
    model: respondent.model,
    messages: [{ role: 'user', content: classificationPrompt(text, labels) }] as const,
    temperature: 0,
    max_tokens: MAX_TOKENS,
  }));
  const answers = await askAll(respondent, requests, asking);
  const said = answers.map((answer) => parseLabel(answer, labels));
  return {
    predictions: texts.map(({ label }, i) => ({
      label,
      probabilities: oneHot(said[i], labels),
      experts: [],
    })),
    unparsable: answers.filter((_, i) => said[i] === undefined),
  };
}

function oneHot(said: number | undefined, labels: readonly string[]): number[] {
  return said === undefined ? [] : labels.map((_, label) => (label === said ? 1 : 0));
}
