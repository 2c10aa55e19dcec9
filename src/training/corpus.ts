import { normalise } from '../text/normalise.js';
import type { Tokenise } from '../text/tokenise.js';
import type { Example } from './dataset.js';
import type { TokenisedExample } from './model.js';

/** Examples as the model reads them: normalised as in the live flow, and tokenised. Texts without words fall out. */
export function labelledTexts(examples: readonly Example[], tokenise: Tokenise): TokenisedExample[] {
  return examples.flatMap(({ text, label, domain, source }) => {
    const words = normalise(text);
    return words === '' ? [] : [{ ids: tokenise(words).ids, label, domain, source }];
  });
}
