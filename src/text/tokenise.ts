import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { MoodtapeError, messageOf } from '../errors.js';
import { type Encode, frameOf, libraryEncoder, unigramEncoder } from './encoder.js';
import { splitNormaliser } from './normalisers.js';

/** A surrogate pair that a cut has split. */
const HALF_CHARACTER = /[\uD800-\uDBFF]$/;

/** Turns a text into what the model reads. */
export type Tokenise = (text: string) => {
  /** Token ids, special tokens included, unpadded. */
  readonly ids: Int32Array;
  /** True when the text was longer than the model reads. */
  readonly truncated: boolean;
};

/** The part of a `tokenizer.json` that is read here; the library reads the rest. */
const tokeniserSchema = z.looseObject({
  added_tokens: z.array(z.looseObject({ content: z.string(), special: z.boolean().optional() })).default([]),
  normalizer: z.unknown(),
  model: z.looseObject({
    type: z.enum(['Unigram', 'WordPiece', 'BPE']).optional(),
    unk_id: z.number().nullish(),
    vocab: z.union([z.record(z.string(), z.number()), z.array(z.tuple([z.string(), z.number()]))]),
  }),
});
/** Of the `tokenizer_config.json`, what has the library change a text by itself. */
const configSchema = z.looseObject({
  remove_space: z.boolean().nullish(),
  do_lowercase_and_remove_accent: z.boolean().nullish(),
});

/**
 * Makes a tokeniser from a Hugging Face `tokenizer.json` and `tokenizer_config.json` (parsed): Unigram, WordPiece or BPE.
 *
 * A text is cut so that the special tokens stay, at `maxLength` tokens in all. A long text is cut before it is tokenised:
 * a token is at most as long as the longest piece of the vocabulary, so a text `maxLength` times as long fills the model.
 * Only tokens for unknown words and normalising within the tokeniser can be longer; such a text counts as truncated too.
 *
 * @throws MoodtapeError MT_BUNDLE when the files make no tokeniser.
 */
export function loadTokeniser(tokeniserJson: unknown, configJson: unknown, maxLength: number): Tokenise {
  try {
    const json = tokeniserSchema.parse(tokeniserJson);
    const { first, rest } = splitNormaliser(json.normalizer);
    const config = configSchema.parse(configJson);
    const tokenizer = new Tokenizer({ ...json, normalizer: rest }, config);
    const frame = frameOf(tokenizer);
    const framing = frame.before.length + frame.after.length;
    if (framing >= maxLength) throw new Error(`${maxLength} tokens leave no room for a text`);
    const { vocab: vocabulary, unk_id: unknownId } = json.model;
    const specials = json.added_tokens.filter(({ special }) => special).map(({ content }) => content);
    const changesTexts = config.remove_space || config.do_lowercase_and_remove_accent;
    const plain = specials.length === json.added_tokens.length && !changesTexts;
    const encode =
      plain && Array.isArray(vocabulary) && typeof unknownId === 'number'
        ? unigramEncoder(tokenizer, frame, vocabulary, unknownId)
        : libraryEncoder(tokenizer);
    return tokeniseWith(encode, {
      normalise: first,
      maxLength,
      trailing: frame.after.length,
      characters: maxLength * longestPiece(vocabulary),
      specials,
    });
  } catch (error) {
    throw new MoodtapeError('MT_BUNDLE', `the tokeniser cannot be loaded: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

interface Settings {
  readonly normalise: (text: string) => string;
  /** Tokens of a text, special tokens included. */
  readonly maxLength: number;
  /** Special tokens after the text. */
  readonly trailing: number;
  /** Characters of a text that are looked at. */
  readonly characters: number;
  /** Special tokens, as written. */
  readonly specials: readonly string[];
}

function tokeniseWith(encode: Encode, settings: Settings): Tokenise {
  const { normalise, maxLength, trailing, characters, specials } = settings;
  // A text that spells out `[PAD]` or `[SEP]` is a text, and must not steer the model.
  const spelled = specials.length === 0 ? undefined : new RegExp(specials.map(literal).join('|'), 'giu');
  return (text) => {
    const head = text.length > characters ? text.slice(0, characters).replace(HALF_CHARACTER, '') : text;
    const normal = normalise(head);
    const ids = encode(spelled === undefined ? normal : normal.replace(spelled, ' '));
    if (ids.length <= maxLength) return { ids: Int32Array.from(ids), truncated: head !== text };
    const kept = ids.slice(0, maxLength - trailing).concat(ids.slice(ids.length - trailing));
    return { ids: Int32Array.from(kept), truncated: true };
  };
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function longestPiece(vocabulary: z.infer<typeof tokeniserSchema>['model']['vocab']): number {
  let longest = 1;
  for (const piece of Array.isArray(vocabulary)
    ? vocabulary.map(([piece]) => piece)
    : Object.keys(vocabulary)) {
    longest = Math.max(longest, piece.length);
  }
  return longest;
}
