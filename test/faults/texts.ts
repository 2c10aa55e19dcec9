import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { rawCodec } from '../../src/codec/codecs.js';
import type { DOMAINS, Domain } from '../../src/codec/sentiment.js';
import { packagePath } from '../../src/config.js';
import type { Random } from '../../src/training/random.js';
import type { Input } from './input.js';

const HOUR_MS = 3_600_000;
/** The texts are published over these hours, up to now, and out of order by less than the index waits for. */
const SPAN_MS = 6 * HOUR_MS;
const DISORDER_MS = 60_000;
/** One in so many is in Avro, has no key, is malformed. */
const AVRO = 7;
const KEYLESS = 3;
const MALFORMED = 25;

const rowSchema = z.object({
  title: z.string().optional(),
  text: z.string().regex(/\p{Script=Han}/u),
  symbols: z.array(z.string()).optional(),
  symbol: z.string().optional(),
  board: z.string().optional(),
});
type Row = z.infer<typeof rowSchema>;

export interface RawText extends Row {
  readonly id: string;
  readonly publishedAt: string;
}

/** `count` different texts, made of the demo's, in the order of their publication; one in 25 is malformed. */
export function texts(count: number, random: Random): Input[] {
  const start = Date.now() - SPAN_MS;
  return Array.from({ length: count }, (_, n) => {
    const domain = n % 2 === 0 ? 'news' : 'forum';
    const published = start + (n / count) * (SPAN_MS - DISORDER_MS) + random() * DISORDER_MS;
    const text = textOf(domain, n, published);
    const json = Buffer.from(JSON.stringify(text));
    const bad = n % MALFORMED === MALFORMED - 1 ? malformed(text, json, n / MALFORMED) : undefined;
    const good = n % AVRO === AVRO - 1 ? Buffer.from(rawCodec(domain, 'avro').encode(text)) : json;
    return {
      topic: `raw.${domain}`,
      key: n % KEYLESS === 0 ? null : Buffer.from(`key ${n}`),
      value: bad === undefined ? good : bad,
      headers: n % 2 === 0 ? {} : { trace: Buffer.from([n & 0xff, 0, 0xff]), empty: Buffer.alloc(0) },
      fate: bad === undefined ? { scoredAs: text.id } : 'dead',
    };
  });
}

/** The `n`th text, which no other equals. */
export function textOf(domain: Domain, n: number, published: number): RawText {
  const rows = ROWS[domain];
  const row = rows[n % rows.length];
  if (row === undefined) throw new Error(`demo/feed has no ${domain}`);
  const text = `${row.text}（${n}）`;
  return { ...row, text, id: `${domain}-${n}`, publishedAt: new Date(published).toISOString() };
}

function malformed(text: RawText, json: Buffer, nth: number): Buffer | null {
  const { text: _text, ...textless } = text;
  const kinds: readonly (Buffer | null)[] = [
    json.subarray(0, json.length / 2),
    Buffer.from(JSON.stringify(textless)),
    Buffer.from(JSON.stringify({ ...text, publishedAt: '昨天' })),
    Buffer.from(JSON.stringify({ ...text, text: ' <p></p>\u200b ', title: '' })),
    Buffer.concat([json, Buffer.from([0xff])]),
    Buffer.from([0, 0, 0, 0, 1, 2, 3]),
    Buffer.alloc(0),
    null,
  ];
  return kinds[Math.floor(nth) % kinds.length] ?? null;
}

function rowsOf(domain: Domain): Row[] {
  const lines = readFileSync(packagePath('demo', 'feed', `${domain}.ndjson`), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.flatMap((line) => {
    try {
      return rowSchema.safeParse(JSON.parse(line)).data ?? [];
    } catch {
      // Broken on purpose: demo/README.md.
      return [];
    }
  });
}

const ROWS = { news: rowsOf('news'), forum: rowsOf('forum') } as const satisfies Record<
  (typeof DOMAINS)[number],
  Row[]
>;
