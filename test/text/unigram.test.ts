import { Tokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Unigram } from '../../src/text/unigram.js';

// Few characters, one of them a surrogate pair, and whole scores: many divisions are as good as each other.
const word = (length: number) =>
  fc.string({ unit: fc.constantFrom('涨', '停', 'a', '😀'), minLength: 1, maxLength: length });
const vocabulary = fc
  .uniqueArray(fc.tuple(word(4), fc.integer({ min: -9, max: -1 })), {
    selector: ([piece]) => piece,
    minLength: 1,
    maxLength: 12,
  })
  .map((pieces): [string, number][] => [['<unk>', 0], ...pieces]);

const NOTHING_ELSE = {
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: null,
  post_processor: null,
  decoder: null,
};

describe('Unigram', () => {
  it('finds the pieces that the library finds', () => {
    fc.assert(
      fc.property(vocabulary, word(24), (pieces, text) => {
        const model = { type: 'Unigram', vocab: pieces, unk_id: 0 };
        const library = new Tokenizer({ ...NOTHING_ELSE, model }, {});
        expect(new Unigram(pieces, 0).encode([text])).toEqual(library.encode(text).ids);
      }),
      { numRuns: 300 },
    );
  });

  it('divides one word after the other, long or short', () => {
    const unigram = new Unigram(
      [
        ['<unk>', 0],
        ['涨停', -1],
        ['涨', -2],
        ['停', -2],
      ],
      0,
    );
    expect(unigram.encode([])).toEqual([]);
    expect(unigram.encode(['', '涨停'.repeat(1000), '停'])).toEqual([...new Array(1000).fill(1), 3]);
    expect(unigram.encode(['停涨停??', '!涨'])).toEqual([3, 1, 0, 0, 2]);
  });
});
