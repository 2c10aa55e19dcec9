import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { MoodtapeError, messageOf } from '../errors.js';
import type { TokenizerFiles } from '../model/files.js';

/** Tokens as people read them. */
export interface Pieces {
  /** True of the tokens that stand around every text, such as [CLS]. */
  isSpecial(id: number): boolean;
  /** A token by itself. */
  of(id: number): string;
  /**
   * What each token adds to the text, spaces included; joined, they are the text. A token that ends within a character
   * adds nothing, and the one that ends the character adds all of it.
   */
  split(ids: ArrayLike<number>): string[];
}

const kindSchema = z.looseObject({ model: z.looseObject({ type: z.string().optional() }) });

/** WordPiece takes each Chinese character for a word, and its decoder puts spaces between words. */
const BETWEEN_CHARACTERS = /(?<=\p{Script=Han}) (?=\p{Script=Han})/gu;

/** What a decoder puts in the place of bytes that are no whole character. */
const BROKEN = /\ufffd+$/;

/** @throws MoodtapeError MT_BUNDLE when the files make no tokeniser. */
export function loadPieces({ json, config }: TokenizerFiles): Pieces {
  const tokenizer = tokenizerOf(json, config);
  // A token for unknown words is special to the library, but is part of a text.
  const frame = new Set(tokenizer.encode('').ids);
  const isWordPiece = kindSchema.parse(json).model.type === 'WordPiece';
  const decode = (ids: number[]) => {
    const text = tokenizer.decode(ids, { clean_up_tokenization_spaces: false });
    return isWordPiece ? text.replace(BETWEEN_CHARACTERS, '') : text;
  };
  return {
    isSpecial: (id) => frame.has(id),
    of: (id) => decode([id]).trim(),
    split(ids) {
      const all = Array.from(ids);
      let before = '';
      return all.map((_, i) => {
        const text = decode(all.slice(0, i + 1)).replace(BROKEN, '');
        const added = text.startsWith(before) ? text.slice(before.length) : '';
        before = text;
        return added;
      });
    },
  };
}

function tokenizerOf(json: TokenizerFiles['json'], config: TokenizerFiles['config']): Tokenizer {
  try {
    return new Tokenizer(json, config);
  } catch (error) {
    throw new MoodtapeError('MT_BUNDLE', `the tokeniser cannot be loaded: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
