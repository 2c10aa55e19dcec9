import avsc from 'avsc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { avroCodec } from '../../src/codec/avro.js';
import { FingerprintRegistry, localRegistry } from '../../src/codec/schema-registry.js';
import { SCHEMAS } from '../../src/codec/schemas.js';

const post = { id: '1', text: '茅台涨停', publishedAt: 1_704_418_200_000 };
const codec = avroCodec(SCHEMAS.ForumPost, localRegistry);

/** A body in Confluent's framing. */
function framed(schema: avsc.Type, body: readonly number[] | Buffer, registry = localRegistry): Buffer {
  const header = Buffer.alloc(5);
  header.writeInt32BE(registry.idOf(schema), 1);
  return Buffer.concat([header, Buffer.from(body)]);
}

/** A length of two billion and some, as Avro writes it. */
const TWO_BILLION = [0x80, 0xa8, 0xd6, 0xb9, 0x0e];

describe('avroCodec', () => {
  it('frames a record as Confluent does', () => {
    const bytes = codec.encode(post);
    expect(bytes[0]).toBe(0);
    expect(Buffer.from(bytes).readInt32BE(1)).toBe(localRegistry.idOf(SCHEMAS.ForumPost));
    expect(codec.decode(bytes)).toMatchObject({ ...post, author: null, likes: null });
  });

  // A changed id would orphan every record in every log: a new schema needs a new id, an unchanged one keeps its own.
  it('has the same ids everywhere', () => {
    const ids = Object.fromEntries(
      Object.entries(SCHEMAS).map(([name, schema]) => [name, localRegistry.idOf(schema)]),
    );
    expect(ids).toMatchInlineSnapshot(`
      {
        "ForumPost": 622972718,
        "Label": 184360526,
        "ModelEvent": 1847011228,
        "NewsItem": 1902251899,
        "Sentiment": 1631426786,
        "SentimentIndex": 1278204436,
      }
    `);
  });

  it('reads a record that another schema wrote', () => {
    const older = avsc.Type.forSchema({
      type: 'record',
      name: 'ForumPost',
      namespace: 'com.example.crawler',
      fields: [
        { name: 'crawledBy', type: { type: 'map', values: 'string' } },
        { name: 'text', type: 'string' },
        { name: 'id', type: 'string' },
        { name: 'publishedAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      ],
    });
    const registry = new FingerprintRegistry([older]);
    const body = older.toBuffer({ ...post, crawledBy: { host: 'a' } });
    const value = avroCodec(SCHEMAS.ForumPost, registry).decode(framed(older, body, registry));
    expect(value).toMatchObject({ ...post, symbol: null });
  });

  it('refuses a record of another kind', () => {
    const bytes = avroCodec(SCHEMAS.SentimentIndex, localRegistry).encode({
      ...{
        symbol: '*',
        domain: 'all',
        window: '1m',
        start: 0,
        count: 0,
        mean: 0,
        bearish: 0,
        neutral: 0,
        bullish: 0,
      },
    });
    expect(() => codec.decode(bytes)).toThrow(expect.objectContaining({ code: 'MT_AVRO' }));
  });

  it.each([
    ['nothing', []],
    ['JSON', Buffer.from('{"id":"1"}')],
    ['a header alone', framed(SCHEMAS.ForumPost, [])],
    ['a record cut short', Buffer.from(codec.encode(post)).subarray(0, -3)],
    ['trailing bytes', Buffer.concat([codec.encode(post), Buffer.alloc(1)])],
    ['a string of two gigabytes', framed(SCHEMAS.ForumPost, TWO_BILLION)],
    ['a string of negative length', framed(SCHEMAS.ForumPost, [0x01, 0x31])],
    ['an integer without end', framed(SCHEMAS.ForumPost, Buffer.alloc(1_000_000, 0xff))],
    ['a union branch that is not there', framed(SCHEMAS.ForumPost, [0x02, 0x31, 0x09])],
  ])('refuses %s', (_, value) => {
    expect(() => codec.decode(Uint8Array.from(value))).toThrow(expect.objectContaining({ code: 'MT_AVRO' }));
  });

  it('refuses an id that nobody registered', () => {
    expect(() => codec.decode(Uint8Array.from([0, 0, 0, 0, 7, 2, 0x31]))).toThrow(
      expect.objectContaining({ code: 'MT_SCHEMA_ID' }),
    );
  });

  it('refuses a string that is not UTF-8', () => {
    expect(() => codec.decode(framed(SCHEMAS.ForumPost, [0x02, 0xff]))).toThrow(
      expect.objectContaining({ code: 'MT_ENCODING' }),
    );
  });

  // avsc alone would go round two billion times, in an array that it is to keep or one that it is to skip.
  it.each([
    ['an array', { type: 'array', items: 'string' }],
    ['a map', { type: 'map', values: 'long' }],
    ['an array of nothing', { type: 'array', items: 'null' }],
  ])('refuses %s of two billion items at once', (_, hoard) => {
    for (const name of ['hoard', 'symbols']) {
      const writer = avsc.Type.forSchema({
        type: 'record',
        name: 'NewsItem',
        fields: [
          { name, type: hoard as avsc.Schema },
          { name: 'id', type: 'string' },
          { name: 'text', type: 'string' },
          { name: 'publishedAt', type: 'string' },
        ],
      } as avsc.Schema);
      const registry = new FingerprintRegistry([writer]);
      const bytes = framed(writer, [...TWO_BILLION, 0, 0, 0, 0, 0, 0, 0, 0], registry);
      expect(() => avroCodec(SCHEMAS.NewsItem, registry).decode(bytes)).toThrow(
        expect.objectContaining({ code: 'MT_AVRO' }),
      );
    }
  });

  // avsc alone would go back to where the block begins, and would never end.
  it('refuses a block whose size is not that of its items', () => {
    const writer = avsc.Type.forSchema({
      type: 'record',
      name: 'ForumPost',
      fields: [
        { name: 'tags', type: { type: 'array', items: 'int' } },
        { name: 'id', type: 'string' },
        { name: 'text', type: 'string' },
        { name: 'publishedAt', type: 'string' },
      ],
    });
    const registry = new FingerprintRegistry([writer]);
    const reader = avroCodec(SCHEMAS.ForumPost, registry);
    const block = (size: number) => framed(writer, [1, size, 7, 0, 2, 0x31, 2, 0x32, 2, 0x33], registry);
    const [oneByte, backwards] = [2, 3];
    expect(reader.decode(block(oneByte))).toMatchObject({ id: '1', text: '2', publishedAt: '3' });
    expect(() => reader.decode(block(backwards))).toThrow(expect.objectContaining({ code: 'MT_AVRO' }));
  });

  it('refuses records that hold two to the power of sixty records in no bytes', () => {
    const levels = Array.from({ length: 60 }, (_, n) => ({
      name: `level${n}`,
      type: {
        type: 'record',
        name: `Level${n}`,
        fields: n === 0 ? [] : ['left', 'right'].map((name) => ({ name, type: `Level${n - 1}` })),
      },
    }));
    const writer = avsc.Type.forSchema({ type: 'record', name: 'ForumPost', fields: levels } as avsc.Schema);
    const registry = new FingerprintRegistry([writer]);
    expect(() => avroCodec(writer, registry).decode(framed(writer, [], registry))).toThrow(
      expect.objectContaining({ code: 'MT_AVRO' }),
    );
  });

  it('refuses a record nested deeper than the stack', () => {
    const nested = avsc.Type.forSchema({
      type: 'record',
      name: 'ForumPost',
      fields: [{ name: 'reply', type: ['null', 'ForumPost'] }],
    });
    const registry = new FingerprintRegistry([nested]);
    const bytes = framed(nested, Buffer.concat([Buffer.alloc(1_000_000, 0x02), Buffer.alloc(1)]), registry);
    expect(() => codec.decode(bytes)).toThrow(expect.objectContaining({ code: 'MT_SCHEMA_ID' }));
    expect(() => avroCodec(nested, registry).decode(bytes)).toThrow(
      expect.objectContaining({ code: 'MT_AVRO' }),
    );
  });

  it('refuses an integer that a number cannot hold', () => {
    const bytes = framed(SCHEMAS.ForumPost, [
      2,
      0x31,
      0,
      2,
      0x31,
      2,
      ...Array(9).fill(0xff),
      0x01,
      0,
      0,
      0,
      0,
      0,
      0,
    ]);
    expect(() => codec.decode(bytes)).toThrow(expect.objectContaining({ code: 'MT_AVRO' }));
  });

  it('refuses to write a record that is not of its schema', () => {
    expect(() => codec.encode({ id: 1 })).toThrow(expect.objectContaining({ code: 'MT_AVRO' }));
  });

  it('reads every body that avsc writes, of any schema', () => {
    const every = avsc.Type.forSchema({
      type: 'record',
      name: 'Every',
      fields: [
        { name: 'flag', type: 'boolean' },
        { name: 'small', type: 'int' },
        { name: 'large', type: 'long' },
        { name: 'single', type: 'float' },
        { name: 'double', type: 'double' },
        { name: 'bytes', type: 'bytes' },
        { name: 'text', type: ['null', 'string'] },
        { name: 'fixed', type: { type: 'fixed', name: 'Four', size: 4 } },
        { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['a', 'b'] } },
        { name: 'lists', type: { type: 'array', items: { type: 'map', values: 'long' } } },
      ],
    });
    const registry = new FingerprintRegistry([every]);
    const both = avroCodec(every, registry);
    // avsc itself loses the sign beyond 2^52.
    const long = fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 });
    const values = fc.record({
      flag: fc.boolean(),
      small: fc.integer(),
      large: long,
      single: fc.float({ noNaN: true }),
      double: fc.double({ noNaN: true }),
      bytes: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      text: fc.option(fc.string({ unit: 'grapheme' })),
      fixed: fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
      kind: fc.constantFrom('a', 'b'),
      lists: fc.array(fc.dictionary(fc.stringMatching(/^\w{1,3}$/), long, { noNullPrototype: true })),
    });
    fc.assert(
      fc.property(values, (value) => {
        expect({ ...(both.decode(both.encode(value)) as object) }).toEqual(value);
      }),
    );
  });
});
