import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BackfillCounts, backfill } from '../../src/backfill/backfill.js';
import { openInput } from '../../src/backfill/input.js';
import { rejectedPath } from '../../src/backfill/output.js';
import { POISON, stubEngine } from './stub-engine.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-backfill-'));
afterAll(() => rmSync(folder, { recursive: true }));

const input = join(folder, 'input.csv');
const out = join(folder, 'out.ndjson');
/** More than two windows; every kind of bad row, at the ends of windows too; ids that occur twice. */
const ROWS = Array.from({ length: 5000 }, (_, i) => {
  const id = `id-${i % 4900}`;
  if (i % 1000 === 47 || i === 2047) return `${id},<p> </p>`;
  if (i % 1000 === 48 || i === 2048) return id;
  if (i % 1000 === 49) return `${id},${POISON}${i}`;
  return `${id},${'涨跌平'.charAt(i % 3).repeat(1 + (i % 17))}${i}`;
});

async function run(
  options: { from?: string; version?: string; startOver?: boolean } = {},
): Promise<BackfillCounts> {
  const opened = await openInput([options.from ?? input], {});
  const { version, startOver = false } = options;
  return backfill({ input: opened, engine: stubEngine(version), out, startOver, onProgress: () => {} });
}

const outputs = () => [readFileSync(out), readFileSync(rejectedPath(out))] as const;
let whole: ReturnType<typeof outputs>;
const expectUntouched = () =>
  expect(outputs().map((bytes, i) => whole[i]?.equals(bytes))).toEqual([true, true]);

beforeAll(async () => {
  writeFileSync(input, `id,text\n${ROWS.join('\n')}\n`);
  await run();
  whole = outputs();
});

describe('backfill', () => {
  it('writes every row once, in the order of the input', () => {
    const lines = whole.map((bytes) =>
      bytes
        .toString()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
    const [scored = [], rejected = []] = lines;
    expect(scored.length + rejected.length).toBe(ROWS.length);
    const bad = new Map(rejected.map(({ row, code }) => [row, code]));
    expect(scored.map(({ id }) => id)).toEqual(
      ROWS.flatMap((row, i) => (bad.has(i + 1) ? [] : (row.split(',')[0] ?? ''))),
    );
    expect(new Set(bad.values())).toEqual(new Set(['MT_EMPTY_TEXT', 'MT_DATA', 'MT_INFERENCE']));
    expect(rejected[0]).toEqual({
      row: 48,
      file: input,
      line: 49,
      id: 'id-47',
      code: 'MT_EMPTY_TEXT',
      message: 'no text is left after normalising',
    });
    expect(Object.keys(scored[0])).toEqual(
      'id label probabilities score confidence experts symbols truncated model'.split(' '),
    );
  });

  it('gives the same bytes after a kill at any byte of either output', async () => {
    const [scored, rejected] = whole;
    /** Rejected rows up to a byte of the scored output are on disk before it. */
    const rejectedBefore = (bytes: number): number => {
      const done = scored.subarray(0, bytes).toString().split('\n').length - 1;
      const lines = rejected.toString().trimEnd().split('\n');
      let kept = 0;
      for (const [i, line] of lines.entries()) {
        if (JSON.parse(line).row <= done + i) kept += Buffer.byteLength(line) + 1;
      }
      return kept;
    };
    const kill = fc.tuple(fc.nat(scored.length), fc.nat(1000));
    await fc.assert(
      fc.asyncProperty(kill, async ([bytes, more]) => {
        writeFileSync(out, scored.subarray(0, bytes));
        writeFileSync(rejectedPath(out), rejected.subarray(0, rejectedBefore(bytes) + more));
        const counts = await run();
        expect(counts.read).toBe(ROWS.length);
        expectUntouched();
      }),
      { numRuns: 12, examples: [[[0, 0]], [[scored.length - 1, 0]]] },
    );
  });

  it('finds nothing to do in complete outputs, and leaves them as they are', async () => {
    expect(await run()).toEqual({ read: ROWS.length, alreadyDone: ROWS.length, scored: 0, rejected: 0 });
    expectUntouched();
  });

  it('starts over when it is told to', async () => {
    const counts = await run({ startOver: true });
    expect(counts.alreadyDone).toBe(0);
    expectUntouched();
  });

  it.each<[string, { from?: string; version?: string }, RegExp]>([
    ['another input', { from: 'id,text\nother,涨\n' }, /:1 has the id id-0, row 1 of the input the id other/],
    ['a shorter input', { from: `id,text\n${ROWS.slice(0, 40).join('\n')}\n` }, /more rows than the input/],
    ['another model', { version: 'v2' }, /scored by the model v1, not by v2/],
  ])('refuses the outputs of %s and leaves them as they are', async (_, { from, version }, message) => {
    const path = join(folder, 'another.csv');
    writeFileSync(path, from ?? readFileSync(input));
    await expect(run({ from: path, ...(version !== undefined && { version }) })).rejects.toThrow(message);
    expectUntouched();
  });

  it('refuses a file that is not its own, also one with a torn end', async () => {
    const foreign = 'dear diary,\ntoday';
    writeFileSync(out, foreign);
    await expect(run()).rejects.toMatchObject({ code: 'MT_OUTPUT' });
    expect(readFileSync(out, 'utf8')).toBe(foreign);
  });

  it('writes an empty output for an empty input, and no file of rejected rows', async () => {
    const empty = join(folder, 'empty.csv');
    writeFileSync(empty, '');
    const counts = await run({ from: empty, startOver: true });
    expect(counts).toEqual({ read: 0, alreadyDone: 0, scored: 0, rejected: 0 });
    expect(readFileSync(out, 'utf8')).toBe('');
    expect(existsSync(rejectedPath(out))).toBe(false);
  });
});
