import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { frameOf, libraryEncoder, unigramEncoder } from '../../src/text/encoder.js';

const MODEL = z.looseObject({
  model: z.object({ vocab: z.array(z.tuple([z.string(), z.number()])), unk_id: z.number() }),
});

describe('the encoder of Unigram vocabularies', () => {
  let tokenizer: Tokenizer;
  let json: z.infer<typeof MODEL>;

  beforeAll(async () => {
    json = MODEL.parse(JSON.parse(await readFile('models/default/tokenizer.json', 'utf8')));
    tokenizer = new Tokenizer(json, {});
  });

  it('gives the ids of the library, whatever the text', () => {
    const own = unigramEncoder(tokenizer, frameOf(tokenizer), json.model.vocab, json.model.unk_id);
    const library = libraryEncoder(tokenizer);
    const unit = fc.oneof(
      fc.constantFrom('涨停', '创业板', '净利润', '3.66', '%', ' ', '\n', '，', '茅台', 'A股', '😀', '㍿'),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        expect(own(text)).toEqual(library(text));
      }),
      { numRuns: 500 },
    );
  });

  it('knows what stands around a text', () => {
    expect(frameOf(tokenizer)).toEqual({ before: [2], after: [3] });
  });
});
