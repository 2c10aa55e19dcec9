import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonCodec } from '../../src/codec/json.js';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('jsonCodec', () => {
  it('reads back what it writes', () => {
    const values = fc.jsonValue({ maxDepth: 3 }).filter((value) => !JSON.stringify(value).includes('proto'));
    fc.assert(
      fc.property(values, (value) => {
        expect(jsonCodec.decode(jsonCodec.encode(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('reads UTF-8 with a byte order mark, null characters and lone surrogates', () => {
    expect(jsonCodec.decode(bytes('\ufeff{"text":"茅台\\u0000\\ud800"}'))).toEqual({
      text: '茅台\u0000\ud800',
    });
  });

  it('lets the last of equal keys count', () => {
    expect(jsonCodec.decode(bytes('{"id":"1","id":"2"}'))).toEqual({ id: '2' });
  });

  it.each([
    ['nothing', '', 'MT_JSON'],
    ['half an object', '{"id":', 'MT_JSON'],
    ['two objects', '{}{}', 'MT_JSON'],
    ['NaN', '{"score":NaN}', 'MT_JSON'],
    ['a prototype', '{"id":"1","__proto__":{"admin":true}}', 'MT_RECORD'],
    ['a prototype in escapes', '{"a":[{"\\u005f_proto__":null}]}', 'MT_RECORD'],
    ['a prototype through the constructor', '{"constructor":{"prototype":{}}}', 'MT_RECORD'],
    [
      'a prototype below 100,000 brackets',
      `${'['.repeat(100_000)}{"__proto__":1}${']'.repeat(100_000)}`,
      'MT_RECORD',
    ],
    ['unclosed brackets', '['.repeat(100_000), 'MT_JSON'],
  ])('refuses %s', (_, text, code) => {
    expect(() => jsonCodec.decode(bytes(text))).toThrow(expect.objectContaining({ code }));
  });

  it('allows a field that is called constructor', () => {
    expect(jsonCodec.decode(bytes('{"constructor":"三一重工"}'))).toEqual({ constructor: '三一重工' });
  });

  it.each([
    ['a stray byte', [0x22, 0xff, 0x22]],
    ['GBK', [0x22, 0xd5, 0xc7, 0xcd, 0xa3, 0x22]],
    ['half a character', [0x22, 0xe8, 0x8c]],
  ])('refuses %s', (_, value) => {
    expect(() => jsonCodec.decode(Uint8Array.from(value))).toThrow(
      expect.objectContaining({ code: 'MT_ENCODING' }),
    );
  });

  it('reads 100,000 brackets', () => {
    expect(jsonCodec.decode(bytes('['.repeat(100_000) + ']'.repeat(100_000)))).toBeInstanceOf(Array);
  });
});
