import { rawCodec } from '../../src/codec/codecs.js';
import { DOMAINS } from '../../src/codec/sentiment.js';
import type { Random } from '../../src/training/random.js';
import type { Input } from './input.js';
import { type RawText, textOf } from './texts.js';

/** A record that fills a default broker's largest message; a dead letter of it is larger. */
const LARGEST_BYTES = 1_040_000;
const LARGEST = 3;
const LONGEST_NOISE = 600;
const DAY_MS = 86_400_000;

/** `noise` random byte strings and `mutants` records that were whole once; a few of them as large as can be. */
export function poison(noise: number, mutants: number, random: Random): Input[] {
  return [
    ...Array.from({ length: noise }, (_, n) => dressed(noiseOf(random, n), n, random)),
    ...Array.from({ length: mutants }, (_, n) => dressed(mutantOf(n, random), n, random)),
    ...Array.from({ length: LARGEST }, (_, n) => dressed(Buffer.alloc(LARGEST_BYTES, 'x'), n, random)),
  ];
}

/** Bytes of any kind; some look like Avro with an id that is known, some are text. */
function noiseOf(random: Random, n: number): Buffer {
  const noise = bytes(Math.floor(random() ** 2 * LONGEST_NOISE), random);
  const avro = Buffer.from(rawCodec('news', 'avro').encode(textOf('news', n, Date.now())));
  const kinds = [
    () => noise,
    () => Buffer.concat([Buffer.of(0), noise]),
    () => Buffer.concat([avro.subarray(0, 5), noise]),
    () => Buffer.from(noise.toString('utf8')),
  ];
  return pick(kinds, random)();
}

function mutantOf(n: number, random: Random): Buffer | null {
  const domain = pick(DOMAINS, random);
  const text = textOf(domain, n, Date.now() - random() * DAY_MS);
  const whole = () =>
    random() < 0.5 ? Buffer.from(JSON.stringify(text)) : Buffer.from(rawCodec(domain, 'avro').encode(text));
  const kinds = [
    () => mangled(whole(), random),
    () => mangled(mangled(whole(), random), random),
    () => Buffer.from(JSON.stringify(distorted(text, random))),
    () => Buffer.from(`[${'['.repeat(Math.floor(random() * 20_000))}`),
    whole,
    () => null,
  ];
  return pick(kinds, random)();
}

/** One change of the bytes. */
function mangled(whole: Buffer, random: Random): Buffer {
  const [a, b] = [random(), random()].sort().map((share) => Math.floor(share * whole.length));
  const [head, cut, tail] = [whole.subarray(0, a), whole.subarray(a, b), whole.subarray(b)];
  const changes = [
    () => head,
    () => Buffer.concat([head, tail]),
    () => Buffer.concat([head, cut, cut, tail]),
    () => Buffer.concat([head, bytes(cut.length, random), tail]),
    () => Buffer.concat([head, bytes(8, random), cut, tail]),
    () =>
      Buffer.concat([
        head,
        Buffer.of((cut[0] ?? 0) ^ (1 << Math.floor(random() * 8))),
        cut.subarray(1),
        tail,
      ]),
  ];
  return pick(changes, random)();
}

/** One field is another. */
function distorted(text: RawText, random: Random): object {
  const field = pick(['id', 'title', 'text', 'publishedAt', 'symbols', 'symbol', 'board', 'unknown'], random);
  const values = [
    null,
    true,
    -1,
    0,
    2 ** 53,
    1e300,
    '',
    ' \u0000\u200b',
    '\ud800 alone',
    '9999-12-31',
    '涨'.repeat(30_000),
    '<p>'.repeat(2_000),
    [],
    [null, 1, { a: [] }],
    { constructor: { prototype: {} } },
    JSON.parse('{"__proto__": {"text": "涨"}}'),
  ];
  return { ...text, [field]: pick(values, random) };
}

/** With any key and any headers. A name may come twice. */
function dressed(value: Buffer | null, n: number, random: Random): Input {
  const keys = [
    () => null,
    () => Buffer.of(),
    () => bytes(1 + random() * 40, random),
    () => bytes(4_000, random),
  ];
  const names = ['', '头', '__proto__', 'constructor', 'x'.repeat(500), 'moodtape.error.code', `h${n}`];
  const headers = Array.from({ length: Math.floor(random() * 4) }, () => {
    const values = [
      () => bytes(random() * 50, random),
      () => Buffer.of(),
      () => [bytes(4, random), bytes(4, random)],
    ];
    return [pick(names, random), pick(values, random)()] as const;
  });
  return {
    topic: `raw.${pick(DOMAINS, random)}`,
    key: pick(keys, random)(),
    value,
    headers: Object.fromEntries(headers),
    fate: 'either',
  };
}

function bytes(length: number, random: Random): Buffer {
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
}

function pick<T>(choices: readonly T[], random: Random): T {
  const choice = choices[Math.floor(random() * choices.length)];
  if (choice === undefined) throw new Error('there is nothing to choose from');
  return choice;
}
