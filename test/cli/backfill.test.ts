import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { COMMAND_LINE, moodtape } from './run-cli.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-backfill-'));
const path = (name: string) => join(folder, name);
const inputs = [path('news.csv'), path('posts.ndjson')];
const ROWS = 4_000;

beforeAll(async () => {
  await saveTinyBundle(path('model'));
  const text = (i: number) => '今日大盘涨停股市跌'.repeat(1 + (i % 5)).slice(i % 9);
  const csv = Array.from({ length: ROWS }, (_, i) => (i % 500 === 99 ? `n${i},` : `n${i},${text(i)}${i}`));
  const posts = Array.from({ length: ROWS }, (_, i) =>
    JSON.stringify({ id: `p${i}`, text: `${text(i)}${i}` }),
  );
  writeFileSync(inputs[0] ?? '', `id,text\n${csv.join('\n')}\n`);
  writeFileSync(inputs[1] ?? '', `${posts.join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const call = (out: string) => ['backfill', ...inputs, '--out', out, '--model', path('model'), '--json'];

/** Runs a backfill and sends it a signal as soon as its output has grown by some bytes. */
async function stopped(out: string, growth: number, signal: NodeJS.Signals) {
  const size = () => (existsSync(out) ? statSync(out).size : 0);
  const enough = size() + growth;
  const child = spawn(process.execPath, [...COMMAND_LINE, ...call(out)]);
  const closed = once(child, 'close');
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  while (child.exitCode === null && size() < enough) await setTimeout(5);
  child.kill(signal);
  const [code, by] = await closed;
  return { code, by, stderr };
}

describe('moodtape backfill', () => {
  it('writes the same bytes when it is killed or interrupted and started again', async () => {
    const [whole, broken] = [path('whole.ndjson'), path('broken.ndjson')];
    const first = JSON.parse((await moodtape(call(whole))).stdout);
    expect(first).toMatchObject({
      read: 2 * ROWS,
      alreadyDone: 0,
      scored: 2 * ROWS - 8,
      rejected: 8,
      out: whole,
    });

    for (const growth of [1, 200_000]) {
      expect(await stopped(broken, growth, 'SIGKILL')).toMatchObject({ by: 'SIGKILL' });
    }
    const interrupted = await stopped(broken, 1, 'SIGINT');
    expect(interrupted.code).toBe(1);
    expect(interrupted.stderr).toBe(
      `error MT_INTERRUPTED: ${broken} is not complete\n  → run the same command again; it goes on where it stopped\n`,
    );
    const last = JSON.parse((await moodtape(call(broken))).stdout);
    expect(last.alreadyDone).toBeGreaterThan(0);
    expect(last).toMatchObject({ read: 2 * ROWS, scored: 2 * ROWS - 8, rejected: 8 });
    for (const ending of ['.ndjson', '.ndjson.rejected.ndjson']) {
      const [expected, found] = ['whole', 'broken'].map((name) => readFileSync(path(`${name}${ending}`)));
      expect(found?.equals(expected ?? Buffer.alloc(0))).toBe(true);
    }

    const again = await moodtape(call(broken).slice(0, -1));
    expect(again).toMatchObject({
      code: 3,
      stdout: `${broken} is already complete: ${2 * ROWS} rows, nothing left to do.\n`,
    });
  });

  it('refuses to write over its input, and to go on in a file of another input', async () => {
    const [input = ''] = inputs;
    const over = await moodtape(['backfill', input, '--out', input]);
    expect(over.code).toBe(2);
    expect(over.stderr).toContain('is an input file');
    writeFileSync(path('other.ndjson'), '{"id":"x","model":"y"}\n');
    const other = await moodtape(call(path('other.ndjson')));
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(
      /^error MT_OUTPUT: .*other\.ndjson is there, and no .*\.journal says how it was made\n.*--force/,
    );
  });
});
