import { normalise } from '../text/normalise.js';
import type { Tokenise } from '../text/tokenise.js';
import type { Example } from './dataset.js';
import type { TokenisedExample } from './model.js';

/** Examples with their texts normalised as in the live flow. Texts without words fall out. */
export function normalisedExamples(examples: readonly Example[]): Example[] {
  return examples.flatMap((example) => {
    const text = normalise(example.text);
    return text === '' ? [] : [{ ...example, text }];
  });
}

/** Examples as the model reads them: normalised, and tokenised. */
export function labelledTexts(examples: readonly Example[], tokenise: Tokenise): TokenisedExample[] {
  return normalisedExamples(examples).map(({ text, label, domain, source }) => ({
    ids: tokenise(text).ids,
    label,
    domain,
    source,
  }));
}
