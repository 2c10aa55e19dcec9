import { describe, expect, it } from 'vitest';
import { Charsmap } from '../../src/text/charsmap.js';
import { splitNormaliser } from '../../src/text/normalisers.js';

// Guards: where JavaScript, or the library, would write other characters than the Rust library of transformers does.
// Whole texts are compared in parity.test.ts.

const first = (normaliser: unknown) => splitNormaliser(normaliser).first;

describe('BertNormalizer', () => {
  const bert = { type: 'BertNormalizer' };
  it.each([
    ['spaces characters beyond the basic plane', bert, 'a𠮷b', 'a 𠮷 b'],
    ['has no final sigma', bert, 'ΣΑΣ', 'σασ'],
    ['takes accents away before it lowers', bert, 'İÉ', 'ie'],
    ['takes accents away only with case, unless told', { ...bert, lowercase: false }, 'É', 'É'],
    ['takes accents away when told', { ...bert, lowercase: false, strip_accents: true }, 'É', 'E'],
    ['keeps accents when told', { ...bert, strip_accents: false }, 'É', 'é'],
    ['cleans', bert, 'a\u200bb\u0000c\tdé', 'abc de'],
    ['cleans not', { ...bert, clean_text: false }, 'a\tb', 'a\tb'],
    ['leaves Chinese alone when told', { ...bert, handle_chinese_chars: false }, 'a涨b', 'a涨b'],
  ])('%s', (_, json, text, expected) => {
    expect(first(json)(text)).toBe(expected);
  });
});

describe('a normaliser', () => {
  it('is taken up to the first step that only the library knows', () => {
    const replace = { type: 'Replace', pattern: { String: 'a' }, content: 'b' };
    const steps = [{ type: 'NFKC' }, { type: 'Lowercase' }, replace, { type: 'Lowercase' }];
    const { first, rest } = splitNormaliser({ type: 'Sequence', normalizers: steps });
    expect(first('ＡΣ①')).toBe('aσ1');
    expect(rest).toEqual({ type: 'Sequence', normalizers: [replace, { type: 'Lowercase' }] });
  });

  it.each([[null], [undefined]])('may be %s', (none) => {
    expect(first(none)('Ａ')).toBe('Ａ');
  });
});

describe('a charsmap', () => {
  it.each([
    ['empty', ''],
    ['shorter than its trie', '08000000ffff'],
    ['of half a unit', '020000000000'],
  ])('that is %s is refused', (_, hex) => {
    expect(() => new Charsmap(Buffer.from(hex, 'hex'))).toThrow('damaged');
  });

  it('that leads nowhere replaces nothing', () => {
    const map = new Charsmap(Buffer.from('04000000ffffffff', 'hex'));
    expect(map.replacement('涨')).toBeUndefined();
    expect(map.replacement('')).toBeUndefined();
  });
});
