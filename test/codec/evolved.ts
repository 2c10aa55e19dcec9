import type avsc from 'avsc';
import fc from 'fast-check';

/** A schema that another version of a program writes posts with, a value of it, and what ForumPost makes of the value. */
export interface Evolved {
  readonly schema: avsc.Schema;
  readonly value: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
}

type Kind = readonly [type: unknown, values: fc.Arbitrary<unknown>];

interface Field {
  readonly name: string;
  readonly type: unknown;
  readonly value: unknown;
}

const text = fc.string({ unit: 'grapheme' });
const long = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });
const int = fc.integer();

const STRINGS: readonly Kind[] = [
  ['string', text],
  [['null', 'string'], fc.option(text)],
  [['string', 'null'], fc.option(text)],
  ['null', fc.constant(null)],
];
const LONGS: readonly Kind[] = [
  ['long', long],
  ['int', int],
  [['null', 'long'], fc.option(long)],
  [['int', 'null'], fc.option(int)],
];
const TIMES: readonly Kind[] = [
  ['string', text],
  ['int', int],
  [['string', 'long'], fc.oneof(text, long)],
  [{ type: 'long', logicalType: 'timestamp-millis' }, long],
];
/** What ForumPost does not know. */
const OTHERS: readonly Kind[] = [
  ['boolean', fc.boolean()],
  ['bytes', fc.uint8Array().map((bytes) => Buffer.from(bytes))],
  [{ type: 'array', items: { type: 'map', values: 'double' } }, fc.array(fc.dictionary(text, fc.double()))],
  [{ type: 'fixed', name: 'Hash', size: 4 }, fc.constant(Buffer.alloc(4, 7))],
  [{ type: 'enum', name: 'Kind', symbols: ['post', 'reply'] }, fc.constantFrom('post', 'reply')],
  [
    { type: 'record', name: 'Author', fields: [{ name: 'rank', type: ['null', 'float'], default: null }] },
    fc.record({ rank: fc.option(fc.constantFrom(0.5, 2)) }),
  ],
];

function field(name: string, kinds: readonly Kind[]): fc.Arbitrary<Field> {
  return fc.constantFrom(...kinds).chain(([type, values]) => values.map((value) => ({ name, type, value })));
}

const REQUIRED = [
  field('id', STRINGS.slice(0, 1)),
  field('text', STRINGS.slice(0, 1)),
  field('publishedAt', TIMES),
];
const OPTIONAL = [
  ...['title', 'author', 'symbol', 'board', 'source'].map((name) => field(name, STRINGS)),
  ...['likes', 'replies'].map((name) => field(name, LONGS)),
];
const ADDED = OTHERS.map((kind, n) => field(`added${n}`, [kind]));

const DEFAULTS = {
  ...{ title: null, author: null, symbol: null, board: null, source: null },
  ...{ likes: null, replies: null },
};

/** Fields are left out, added, moved, made optional or narrower; the namespace is another. */
export const evolved: fc.Arbitrary<Evolved> = fc
  .tuple(
    fc.tuple(...REQUIRED),
    fc.subarray(OPTIONAL).chain((fields) => fc.tuple(...fields)),
    fc.subarray(ADDED).chain((fields) => fc.tuple(...fields)),
    fc.constantFrom('io.moodtape', 'com.example.crawler'),
  )
  .chain(([required, optional, added, namespace]) => {
    const ours = [...required, ...optional];
    const all = [...ours, ...added];
    return fc.shuffledSubarray(all, { minLength: all.length }).map((fields) => ({
      schema: {
        type: 'record',
        name: 'ForumPost',
        namespace,
        fields: fields.map(({ name, type }) => ({ name, type })),
      } as avsc.Schema,
      value: Object.fromEntries(fields.map(({ name, value }) => [name, value])),
      expected: { ...DEFAULTS, ...Object.fromEntries(ours.map(({ name, value }) => [name, value])) },
    }));
  });
