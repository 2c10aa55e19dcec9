import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Codec } from '../../src/codec/codec.js';
import { labelCodec, rawCodec } from '../../src/codec/codecs.js';
import { decodeLabel } from '../../src/codec/label.js';
import { decodeText } from '../../src/codec/raw-text.js';
import { MoodtapeError } from '../../src/errors.js';

const CODES = ['MT_JSON', 'MT_AVRO', 'MT_SCHEMA_ID', 'MT_ENCODING', 'MT_RECORD', 'MT_TIME'];
const TIME = Date.parse('2024-01-05T01:30:00Z');
const news = { id: 'n1', text: '央行降准', publishedAt: '2024-01-05 09:30:00' };
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const auto = rawCodec('news', 'auto');

describe('decodeText', () => {
  it.each(['avro', 'json'] as const)(
    'reads a news item in %s, also without being told the format',
    (format) => {
      const written = rawCodec('news', format).encode({ ...news, title: '重磅', symbols: ['600519.SH'] });
      const read = {
        id: 'n1',
        title: '重磅',
        text: '【重磅】央行降准',
        domain: 'news',
        symbols: ['600519.SH'],
        publishedAt: TIME,
      };
      expect(decodeText(written, 'news', rawCodec('news', format))).toEqual(read);
      expect(decodeText(written, 'news', auto)).toEqual(read);
    },
  );

  it.each(['avro', 'json'] as const)('reads a forum post in %s', (format) => {
    const codec = rawCodec('forum', format);
    const written = codec.encode({
      id: '7',
      text: '满仓',
      publishedAt: TIME,
      symbol: 'sh600519',
      board: '茅台吧',
      likes: 3,
    });
    expect(decodeText(written, 'forum', codec)).toEqual({
      id: '7',
      text: '满仓',
      domain: 'forum',
      symbols: ['sh600519', '茅台吧'],
      publishedAt: TIME,
    });
  });

  it.each([
    ['央行降准', '央行降准，释放资金', '央行降准，释放资金'],
    [' 降准 ', '央行今日决定', '【降准】央行今日决定'],
    ['央行降准', '', '央行降准'],
    ['', '央行', '央行'],
    [null, '央行', '央行'],
  ])('joins the title %j and the text %j', (title, text, joined) => {
    expect(decodeText(json({ ...news, title, text }), 'news', auto).text).toBe(joined);
  });

  it('takes a whole number for an id', () => {
    expect(decodeText(json({ ...news, id: 123 }), 'news', auto).id).toBe('123');
  });

  it.each([
    ['no value', null, 'MT_RECORD', /no value/],
    ['no text', json({ ...news, text: undefined }), 'MT_RECORD', /^text: /],
    ['a text that is no string', json({ ...news, text: 5 }), 'MT_RECORD', /^text: /],
    ['a text that is null', json({ ...news, text: null }), 'MT_RECORD', /^text: /],
    ['no id', json({ ...news, id: undefined }), 'MT_RECORD', /^id: /],
    ['an empty id', json({ ...news, id: '' }), 'MT_RECORD', /^id: /],
    ['a title that is no string', json({ ...news, title: {} }), 'MT_RECORD', /^title: /],
    ['symbols that are no strings', json({ ...news, symbols: [600519] }), 'MT_RECORD', /^symbols\.0: /],
    ['no time', json({ ...news, publishedAt: undefined }), 'MT_RECORD', /^publishedAt: /],
    ['a time that does not exist', json({ ...news, publishedAt: '2026-02-30' }), 'MT_TIME', /2026-02-30/],
    ['an array', json([news]), 'MT_RECORD', /^the record: /],
    ['null', json(null), 'MT_RECORD', /^the record: /],
    ['an empty value', Buffer.alloc(0), 'MT_JSON', /./],
    ['a zero byte', Buffer.alloc(1), 'MT_AVRO', /./],
  ])('refuses %s', (_, value, code, message) => {
    expect(() => decodeText(value, 'news', auto)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  it('reads a megabyte of text with null characters and lone surrogates', () => {
    const text = '\u0000\ud800'.repeat(500_000);
    expect(decodeText(json({ ...news, text }), 'news', auto).text).toBe(text);
  });

  /** What comes of a value: nothing but a text or an error of decoding. */
  function expectSoundness(value: Uint8Array, codec: Codec): void {
    try {
      expect(typeof decodeText(value, 'news', codec).text).toBe('string');
    } catch (error) {
      expect(error).toBeInstanceOf(MoodtapeError);
      expect(CODES).toContain((error as MoodtapeError).code);
    }
  }

  it('answers any bytes with a text or an error of decoding', () => {
    const behindHeader = fc.uint8Array().map((bytes) => Buffer.concat([avro.subarray(0, 5), bytes]));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), behindHeader), (value) =>
        expectSoundness(value, auto),
      ),
      { numRuns: 2000 },
    );
  });

  const avro = Buffer.from(
    rawCodec('news', 'avro').encode({ ...news, title: '重磅', symbols: ['600519', '000001'] }),
  );

  it('answers a damaged record with a text or an error of decoding', () => {
    const damage = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.constantFrom(avro, json({ ...news, symbols: ['600519'] })),
        damage,
        fc.nat(200),
        (whole, hits, end) => {
          const value = Buffer.from(whole.subarray(0, whole.length - (end < 20 ? end : 0)));
          for (const [at, byte] of hits) value[at % value.length] = byte;
          expectSoundness(value, auto);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('answers any JSON with a text or an error of decoding', () => {
    const field = fc.oneof(fc.constantFrom('id', 'text', 'title', 'publishedAt', 'symbols'), fc.string());
    fc.assert(
      fc.property(fc.dictionary(field, fc.jsonValue()), (value) =>
        expectSoundness(json({ ...news, ...value }), auto),
      ),
    );
  });
});

describe('decodeLabel', () => {
  const label = { id: '1', text: '满仓', domain: 'forum', label: '利好', labelledAt: TIME };

  it.each(['avro', 'json', 'auto'] as const)('reads a label in %s', (format) => {
    const codec = labelCodec(format);
    expect(decodeLabel(codec.encode(label), codec)).toEqual(label);
    expect(decodeLabel(codec.encode({ ...label, annotator: '王' }), codec)).toEqual({
      ...label,
      annotator: '王',
    });
  });

  it.each([
    [{ ...label, label: '好' }, 'MT_RECORD'],
    [{ ...label, domain: 'tv' }, 'MT_RECORD'],
    [{ ...label, labelledAt: '明天' }, 'MT_TIME'],
  ])('refuses %j', (value, code) => {
    expect(() => decodeLabel(json(value), labelCodec('json'))).toThrow(expect.objectContaining({ code }));
  });
});
