import type { Engine, TokenisedText } from './engine.js';

type Tokenise = Engine['tokenise'];

/** A text as one model reads it, from which can be made how another one does. */
export class ReadableText implements TokenisedText {
  readonly ids: Int32Array;
  readonly truncated: boolean;

  constructor(
    private readonly text: string,
    private readonly tokenise: Tokenise,
  ) {
    ({ ids: this.ids, truncated: this.truncated } = tokenise(text));
  }

  /** The text by another tokeniser; itself by its own. */
  by(tokenise: Tokenise): ReadableText {
    return tokenise === this.tokenise ? this : new ReadableText(this.text, tokenise);
  }
}

/** A text by the tokeniser of an engine. Tokens whose text is not known stay as they are. */
export function readBy(text: TokenisedText, { tokenise }: Pick<Engine, 'tokenise'>): TokenisedText {
  return text instanceof ReadableText ? text.by(tokenise) : text;
}
