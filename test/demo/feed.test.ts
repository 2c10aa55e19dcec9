import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ErrorCode } from '../../src/errors.js';

/** Guards the demo feed: what demo/README.md promises about it is what the files hold. */

const FILES = ['news.ndjson', 'forum.ndjson'] as const;
type File = (typeof FILES)[number];
const OPENING = Date.parse('2026-03-02T09:15:00+08:00');
const CLOSING = Date.parse('2026-03-02T15:30:00+08:00');

const demo = (path: string) => new URL(`../../demo/${path}`, import.meta.url);

const symbolSchema = z.string().regex(/^(?:S[HZ]\d{6}|\d{6}\.S[HZ])$/);

const recordSchema = z.object({
  id: z.string().min(1),
  text: z.string(),
  publishedAt: z.union([z.string(), z.number().int()]),
  symbols: z.array(symbolSchema).optional(),
  symbol: symbolSchema.optional(),
  board: z.string().optional(),
});
type FeedRecord = z.infer<typeof recordSchema>;

interface Line {
  readonly file: File;
  readonly number: number;
  readonly content: { readonly code: ErrorCode } | { readonly record: FeedRecord; readonly time: number };
}

/** The lines of a file as bytes: one of them is not UTF-8. */
function bytesOfLines(file: File): Buffer[] {
  const bytes = readFileSync(demo(`feed/${file}`));
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf('\n', start);
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

function timeOf(publishedAt: string | number): number {
  if (typeof publishedAt === 'number') return publishedAt * 1000;
  const local = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(publishedAt);
  return Date.parse(local ? `${local[1]}T${local[2]}+08:00` : publishedAt);
}

/** Written apart from the decoder on purpose, so that the two check each other. */
function contentOf(bytes: Buffer): Line['content'] {
  let json: string;
  try {
    json = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { code: 'MT_ENCODING' };
  }
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { code: 'MT_JSON' };
  }
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success || Object.hasOwn(Object(value), '__proto__')) return { code: 'MT_RECORD' };
  const words = parsed.data.text.replace(/<[^>]*>|&nbsp;|[\s\p{Cc}\p{Cf}]/gu, '');
  if (words === '') return { code: 'MT_EMPTY_TEXT' };
  const time = timeOf(parsed.data.publishedAt);
  return Number.isNaN(time) ? { code: 'MT_TIME' } : { record: parsed.data, time };
}

const lines: Line[] = FILES.flatMap((file) =>
  bytesOfLines(file).map((bytes, index) => ({ file, number: index + 1, content: contentOf(bytes) })),
);
const whole = lines.flatMap(({ file, content }) => ('record' in content ? [{ file, ...content }] : []));
const broken = lines.flatMap(({ file, number, content }) =>
  'code' in content ? [{ file, number, code: content.code as string }] : [],
);

const readme = readFileSync(demo('README.md'), 'utf8');
const names = readFileSync(demo('names.csv'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((row) => row.split(','));

const canonical = (symbol: string) => symbol.replace(/^(\d{6})\.(S[HZ])$/, '$2$1');

describe('the demo feed', () => {
  it('has the line counts that its README states', () => {
    const stated = [...readme.matchAll(/^\| `feed\/(\S+)` +\| (\d+) +\| (\d+) +\| (\d+) +\|/gm)].map(
      (row) => ({
        file: row[1],
        lines: Number(row[2]),
        scored: Number(row[3]),
        deadLettered: Number(row[4]),
      }),
    );
    const counted = FILES.map((file) => ({
      file,
      lines: lines.filter((line) => line.file === file).length,
      scored: whole.filter((line) => line.file === file).length,
      deadLettered: broken.filter((line) => line.file === file).length,
    }));
    expect(stated).toEqual(counted);
    for (const { scored } of counted) expect(scored).toBeGreaterThanOrEqual(220);
  });

  it('is broken in exactly the twelve lines that its README lists, each with its code', () => {
    const listed = [...readme.matchAll(/^\| `(\S+)` +\| (\d+) +\| .* \| `(MT_\w+)` +\|$/gm)].map((row) => ({
      file: row[1],
      number: Number(row[2]),
      code: row[3],
    }));
    expect(listed).toEqual(broken);
    expect(broken).toHaveLength(12);
  });

  it('gives no id twice', () => {
    const ids = whole.map(({ record }) => record.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(FILES)('tells one trading day in order: %s', (file) => {
    const times = whole.filter((line) => line.file === file).map(({ time }) => time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(0)).toBeGreaterThanOrEqual(OPENING);
    expect(times.at(-1)).toBeLessThanOrEqual(CLOSING);
  });

  it('names at least 20 symbols in its fields, all of them in names.csv', () => {
    const known = new Set(names.map(([, symbol]) => symbol));
    const symbols = new Set(
      whole.flatMap(({ record }) => [...(record.symbols ?? []), ...(record.symbol ? [record.symbol] : [])]),
    );
    const distinct = new Set([...symbols].map(canonical));
    expect(distinct.size).toBeGreaterThanOrEqual(20);
    expect([...distinct].filter((symbol) => !known.has(symbol))).toEqual([]);
  });

  it('repeats some texts, so that the cache has something to find', () => {
    const texts = whole.map(({ record }) => record.text);
    expect(texts.length - new Set(texts).size).toBeGreaterThanOrEqual(8);
  });
});

describe('names.csv', () => {
  it('maps each name once to a canonical symbol', () => {
    const [header, ...rows] = names;
    expect(header).toEqual(['name', 'symbol']);
    expect(new Set(rows.map(([name]) => name)).size).toBe(rows.length);
    for (const [name, symbol, ...rest] of rows) {
      expect(name).not.toBe('');
      expect(symbol).toMatch(/^(?:SH6|SZ[03])\d{5}$/);
      expect(rest).toEqual([]);
    }
    expect(readme).toMatch(new RegExp(`^\\| \`names\\.csv\` +\\| ${rows.length} `, 'm'));
  });

  it('knows the stock behind every board but the general one', () => {
    const known = new Set(names.map(([name]) => name));
    const boards = new Set(whole.flatMap(({ record }) => record.board ?? []));
    boards.delete('大盘吧');
    expect(boards.size).toBeGreaterThan(0);
    expect([...boards].filter((board) => !known.has(board.replace(/吧$/, '')))).toEqual([]);
  });
});
