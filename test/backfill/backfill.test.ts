import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openArchive } from '../../src/backfill/archive.js';
import { type BackfillCounts, backfill } from '../../src/backfill/backfill.js';
import { findSources } from '../../src/backfill/inputs.js';
import { originOf } from '../../src/backfill/journal.js';
import { journalPath, rejectedPath } from '../../src/backfill/ledger.js';
import { Output } from '../../src/backfill/output.js';
import { parkingPath } from '../../src/backfill/parking.js';
import { scoreWindows } from '../../src/backfill/score-window.js';
import { POISON, stubEngine } from './stub-engine.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-backfill-'));
afterAll(() => rmSync(folder, { recursive: true }));

const input = join(folder, 'input.csv');
/** More than two windows; every kind of bad row, at the ends of windows too; ids that occur twice. */
const ROWS = Array.from({ length: 5000 }, (_, i) => {
  const id = `id-${i % 4900}`;
  if (i % 1000 === 47 || i === 2047) return `${id},<p> </p>`;
  if (i % 1000 === 48 || i === 2048) return id;
  if (i % 1000 === 49) return `${id},${POISON}${i}`;
  return `${id},${'涨跌平'.charAt(i % 3).repeat(1 + (i % 17))}${i}`;
});

interface RunOptions {
  readonly from?: string;
  readonly version?: string;
  readonly startOver?: boolean;
  /** Fails after so many rows, as a kill would end it. */
  readonly rows?: number;
}

async function run(out: string, options: RunOptions = {}): Promise<BackfillCounts> {
  const { from = input, version, startOver = false, rows = Number.POSITIVE_INFINITY } = options;
  const engine = stubEngine(version);
  const sources = await findSources([from]);
  const reading = { columns: {}, domain: 'news' } as const;
  const output = await Output.open(out, engine.model, originOf(sources, reading, engine.model), startOver);
  try {
    const whole = openArchive(sources, reading);
    const archive = { ...whole, rows: cut(whole.rows, rows) };
    return await backfill({ archive, work: scoreWindows(engine), results: output, onProgress: () => {} });
  } finally {
    await output.close();
  }
}

async function* cut<T>(items: AsyncIterable<T>, most: number): AsyncGenerator<T> {
  let count = 0;
  for await (const item of items) {
    if (count === most) throw new Error('killed');
    yield item;
    count += 1;
  }
}

/** The output, the rejected rows, the journal. */
const filesOf = (out: string) => [out, rejectedPath(out), journalPath(out)];
const contentsOf = (out: string) => filesOf(out).map((file) => readFileSync(file));

beforeAll(() => writeFileSync(input, `id,text\n${ROWS.join('\n')}\n`));

describe('a backfill to NDJSON', () => {
  const out = join(folder, 'out.ndjson');
  let whole: readonly Buffer[];
  const expectUntouched = () =>
    expect(contentsOf(out).map((bytes, i) => whole[i]?.equals(bytes))).toEqual([true, true, true]);

  beforeAll(async () => {
    await run(out);
    whole = contentsOf(out);
  });

  it('writes every row once, in the order of the input', () => {
    const [scored = [], rejected = []] = whole.map((bytes) =>
      bytes
        .toString()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
    expect(scored.length + rejected.length).toBe(ROWS.length);
    const bad = new Map(rejected.map(({ row, code }) => [row, code]));
    expect(scored.map(({ id }) => id)).toEqual(
      ROWS.flatMap((row, i) => (bad.has(i + 1) ? [] : (row.split(',')[0] ?? ''))),
    );
    expect(new Set(bad.values())).toEqual(new Set(['MT_EMPTY_TEXT', 'MT_DATA', 'MT_INFERENCE']));
    expect(rejected[0]).toEqual({
      file: input,
      row: 48,
      line: 49,
      id: 'id-47',
      code: 'MT_EMPTY_TEXT',
      message: 'no text is left after normalising',
      original: 'id-47,<p> </p>',
    });
    expect(Object.keys(scored[0])).toEqual(
      'id publishedAt domain symbols label score confidence probabilities experts truncated model'.split(' '),
    );
  });

  it('finds nothing to do in a complete output, and leaves it as it is', async () => {
    const { read, alreadyDone } = await run(out);
    expect([read, alreadyDone]).toEqual([ROWS.length, ROWS.length]);
    expectUntouched();
  });

  it('starts over when it is told to', async () => {
    const counts = await run(out, { startOver: true });
    expect(counts.alreadyDone).toBe(0);
    expectUntouched();
  });

  it.each<[string, { from?: string; version?: string }, RegExp]>([
    ['other files', { from: join(folder, 'another.csv') }, /made with other inputs/],
    ['another model', { version: 'v2' }, /scored by the model v1, not by v2/],
  ])('refuses the output of %s and leaves it as it is', async (_, options, message) => {
    writeFileSync(join(folder, 'another.csv'), readFileSync(input));
    await expect(run(out, options)).rejects.toThrow(message);
    expectUntouched();
  });
});

// A piece of a Parquet file has 16 windows.
describe.each([
  ['out.ndjson.zst', 1],
  ['out.csv', 1],
  ['out.csv.gz', 1],
  ['out.parquet', 4],
])('a backfill to %s', (name, times) => {
  it('gives the same bytes after a kill at any byte of any of its files', async () => {
    const [from, out] = [join(folder, `${times}.csv`), join(folder, name)];
    const rows = Array.from({ length: times }, () => ROWS).flat();
    writeFileSync(from, `id,text\n${rows.join('\n')}\n`);
    await run(out, { from });
    const whole = contentsOf(out);
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.tuple(share, share, share), async (shares) => {
        for (const [i, file] of filesOf(out).entries()) {
          const bytes = whole[i] ?? Buffer.alloc(0);
          writeFileSync(file, bytes.subarray(0, Math.floor((shares[i] ?? 0) * bytes.length)));
        }
        const counts = await run(out, { from });
        expect(counts.scored + counts.rejected).toBe(rows.length);
        const same = contentsOf(out).map((bytes, i) => whole[i]?.equals(bytes));
        expect(same.slice(0, 2)).toEqual([true, true]);
      }),
      { numRuns: 3, examples: [[[0.7, 0.9, 0.8]], [[1, 1, 0.99]]] },
    );
  });
});

describe('a backfill to Parquet that is killed between two row groups', () => {
  const from = join(folder, 'many.csv');
  const [whole, broken] = [join(folder, 'whole.parquet'), join(folder, 'broken.parquet')];
  const rows = Array.from({ length: 4 }, () => ROWS).flat();
  const parked = parkingPath(broken);

  beforeAll(async () => {
    writeFileSync(from, `id,text\n${rows.join('\n')}\n`);
    await run(whole, { from });
  });

  it('goes on at the last window that was parked, whatever was torn', async () => {
    const kill = fc.tuple(
      fc.integer({ min: 1, max: rows.length - 1 }),
      fc.double({ min: 0.5, max: 1, noNaN: true }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(kill, { minLength: 1, maxLength: 2 }), async (kills) => {
        for (const file of [...filesOf(broken), parked]) rmSync(file, { force: true });
        for (const [most, share] of kills) {
          await expect(run(broken, { from, rows: most })).rejects.toThrow('killed');
          if (!existsSync(parked)) continue;
          const bytes = readFileSync(parked);
          writeFileSync(parked, bytes.subarray(0, Math.floor(share * bytes.length)));
        }
        await run(broken, { from });
        expect(readFileSync(broken).equals(readFileSync(whole))).toBe(true);
        expect(existsSync(parked)).toBe(false);
      }),
      { numRuns: 3, examples: [[[[19_000, 0.9]]], [[[5_000, 1]]]] },
    );
    rmSync(journalPath(broken));
    rmSync(broken);
    await expect(run(broken, { from, rows: 5_000 })).rejects.toThrow('killed');
    expect((await run(broken, { from })).alreadyDone).toBe(4 * 1024);
  });
});

describe('an output that is no beginning of this one', () => {
  it('is refused when the input has changed before the place that was reached', async () => {
    const [from, out] = [join(folder, 'changing.csv'), join(folder, 'changing.ndjson')];
    const content = `id,text\n${ROWS.slice(0, 1500).join('\n')}\n`;
    writeFileSync(from, content);
    await run(out, { from });
    const [journal = ''] = [journalPath(out)];
    writeFileSync(journal, readFileSync(journal).toString().split('\n').slice(0, 2).join('\n').concat('\n'));
    writeFileSync(from, content.replace('id-3,', 'id-x,'));
    await expect(run(out, { from })).rejects.toThrow(/first 1024 rows of the input are not those/);
  });

  it('is refused when nothing says how it was made', async () => {
    const out = join(folder, 'diary.ndjson');
    writeFileSync(out, 'dear diary,');
    await expect(run(out)).rejects.toMatchObject({ code: 'MT_OUTPUT' });
    writeFileSync(journalPath(out), 'today\n');
    await expect(run(out)).rejects.toMatchObject({ code: 'MT_OUTPUT' });
    expect(readFileSync(out, 'utf8')).toBe('dear diary,');
  });
});

it('writes an empty output for an empty input, and no file of rejected rows', async () => {
  const [from, out] = [join(folder, 'empty.csv'), join(folder, 'empty.ndjson')];
  writeFileSync(from, '');
  expect(await run(out, { from })).toEqual({ read: 0, alreadyDone: 0, scored: 0, rejected: 0 });
  expect(readFileSync(out, 'utf8')).toBe('');
  expect(existsSync(rejectedPath(out))).toBe(false);
});
