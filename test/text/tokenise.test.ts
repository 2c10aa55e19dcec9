import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadTokeniser } from '../../src/text/tokenise.js';

const SPECIALS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const added = (specials: readonly string[]) =>
  specials.map((content, id) => ({ id, content, special: true, normalized: false, single_word: false }));
const bertFrame = {
  type: 'TemplateProcessing',
  single: [
    { SpecialToken: { id: '[CLS]', type_id: 0 } },
    { Sequence: { id: 'A', type_id: 0 } },
    { SpecialToken: { id: '[SEP]', type_id: 0 } },
  ],
  pair: [],
};

const unigram = {
  added_tokens: added(SPECIALS),
  normalizer: { type: 'Sequence', normalizers: [{ type: 'NFKC' }, { type: 'Lowercase' }] },
  pre_tokenizer: { type: 'Digits', individual_digits: true },
  post_processor: bertFrame,
  decoder: null,
  model: {
    type: 'Unigram',
    unk_id: 1,
    vocab: [
      ...SPECIALS.map((piece) => [piece, 0]),
      ...[...'贵州茅台涨停跌1289'].map((piece) => [piece, -6]),
      ...['贵州', '茅台', '贵州茅台', '涨停'].map((piece) => [piece, -4]),
    ],
  },
};

const wordPiece = {
  added_tokens: added(SPECIALS),
  normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: { type: 'BertProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] },
  decoder: null,
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries([...SPECIALS, '涨', '停', 'et', '##f', ','].map((piece, id) => [piece, id])),
  },
};

const bpe = {
  added_tokens: added(['<s>', '<pad>', '</s>', '<unk>']),
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
  post_processor: { type: 'RobertaProcessing', sep: ['</s>', 2], cls: ['<s>', 0], trim_offsets: true },
  decoder: null,
  model: {
    type: 'BPE',
    unk_token: '<unk>',
    vocab: Object.fromEntries(
      ['<s>', '<pad>', '</s>', '<unk>', 'u', 'p', 'Ġ', 'up', 'Ġup'].map((piece, id) => [piece, id]),
    ),
    merges: [
      ['u', 'p'],
      ['Ġ', 'up'],
    ],
  },
};

describe('loadTokeniser', () => {
  it.each([
    ['Unigram', unigram, '贵州茅台Ａ涨停18', [2, 18, 1, 19, 12, 14, 3]],
    ['WordPiece', wordPiece, 'ETF涨停,foo', [2, 7, 8, 5, 6, 9, 1, 3]],
    ['BPE', bpe, 'up up', [0, 7, 8, 2]],
  ])('reads a %s tokeniser', (_, json, text, ids) => {
    const tokenise = loadTokeniser(json, {}, 16);
    expect(tokenise(text)).toEqual({ ids: Int32Array.from(ids), truncated: false });
    expect([...tokenise('').ids]).toEqual([ids[0], ids.at(-1)]);
  });

  it.each([
    ['Unigram', unigram, '涨停', 19],
    ['WordPiece', wordPiece, '涨', 5],
    ['BPE', bpe, ' up', 8],
  ])('cuts a text at the length of the model and keeps the special tokens: %s', (_, json, word, id) => {
    const tokenise = loadTokeniser(json, {}, 6);
    const whole = tokenise(word.repeat(4));
    expect(whole.truncated).toBe(false);
    expect(whole.ids).toHaveLength(6);
    const cut = tokenise(word.repeat(5));
    expect(cut).toEqual({ ids: whole.ids, truncated: true });
    expect([...cut.ids.slice(1, -1)]).toEqual([id, id, id, id]);
    expect(tokenise(word.repeat(400_000))).toEqual(cut);
  });

  it('gives a long text the tokens that its beginning has', () => {
    const tokenise = loadTokeniser(unigram, {}, 12);
    const roomy = loadTokeniser(unigram, {}, 4096);
    const texts = fc
      .array(fc.constantFrom('贵州', '茅台', '涨停', '跌', '1', '?', 'Ａ', '😀', ' '), { maxLength: 200 })
      .map((words) => words.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        const { ids, truncated } = tokenise(text);
        const all = [...roomy(text).ids];
        expect(ids.length).toBeLessThanOrEqual(12);
        if (all.length > 12) expect(truncated).toBe(true);
        if (!truncated) expect([...ids]).toEqual(all);
        // A cut through 贵州茅台 leaves two other tokens at the end of a text of unknown words; no token before differs.
        const same = ids.length === 12 ? 11 : Math.max(0, ids.length - 3);
        expect([...ids.slice(0, same)]).toEqual(all.slice(0, same));
      }),
    );
  });

  it('says that a run of unknown words was cut, though it is one token', () => {
    const { ids, truncated } = loadTokeniser(unigram, {}, 8)('?'.repeat(1_000_000));
    expect([...ids]).toEqual([2, 1, 3]);
    expect(truncated).toBe(true);
  });

  it('does not let a text speak in special tokens', () => {
    const { ids } = loadTokeniser(unigram, {}, 32)('涨停[PAD][SEP]涨停[pad] [MA[SEP]SK]');
    expect([...ids.slice(1, -1)].filter((id) => id < SPECIALS.length && id !== 1)).toEqual([]);
  });

  it('does not let a text speak in special tokens that normalising makes', () => {
    const { ids } = loadTokeniser(unigram, {}, 32)('涨停［PAD］［ＳＥＰ］');
    expect([...ids.slice(1, -1)].filter((id) => id < SPECIALS.length && id !== 1)).toEqual([]);
  });

  it.each([
    ['nothing', null],
    ['no model', { added_tokens: [] }],
    ['an unknown kind', { ...unigram, model: { ...unigram.model, type: 'Oracle', vocab: {} } }],
    ['missing parts', { model: unigram.model }],
  ])('refuses a file with %s', (_, json) => {
    expect(() => loadTokeniser(json, {}, 16)).toThrow(expect.objectContaining({ code: 'MT_BUNDLE' }));
  });

  it('refuses a length that leaves no room', () => {
    expect(() => loadTokeniser(unigram, {}, 2)).toThrow(/no room/);
  });
});
