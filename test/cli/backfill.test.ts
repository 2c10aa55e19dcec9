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
    // A slow machine has time to say how far it is.
    expect(interrupted.stderr.replaceAll(/^backfill \d+ % .*\n/gm, '')).toBe(
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

  it('reads stdin and writes stdout; the summary goes to stderr, the rejected rows to a file', async () => {
    const args = ['backfill', '-', '--from', 'tsv', '--out', '-', '--to', 'csv', '--model', path('model')];
    const piped = await moodtape(args, { cwd: folder, input: 'id\ttext\na\t涨\nb\t \nc\t跌\n' });
    expect(piped.code).toBe(3);
    const [header, ...rows] = piped.stdout.trimEnd().split('\n');
    expect(header).toBe(
      'id,publishedAt,domain,symbols,label,score,confidence,probability.利空,probability.中性,probability.利好,expert.news,expert.forum,truncated,model',
    );
    expect(rows.map((row) => row.split(',')[0])).toEqual(['a', 'c']);
    expect(piped.stderr).toContain('3 rows: 2 scored, 1 rejected');
    expect(JSON.parse(readFileSync(path('rejected.ndjson'), 'utf8'))).toEqual({
      ...{ file: 'stdin', row: 2, line: 3, id: 'b', code: 'MT_EMPTY_TEXT' },
      ...{ message: 'no text is left after normalising', original: 'b\t ' },
    });
  });

  it('writes Parquet and an index from a pattern, and says so', async () => {
    const day = (i: number) => `标题,内容,发布日期,发布时间\n题,大盘涨停SH60051${i},2024-01-0${i},09:30:00\n`;
    for (const i of [1, 2]) writeFileSync(path(`cls-${i}.csv`), day(i));
    const out = path('cls.parquet');
    const args = ['backfill', path('cls-*.csv'), '--out', out, '--index', '1d', '--model', path('model')];
    const { code, stdout } = await moodtape([...args, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ read: 2, scored: 2, rejected: 0, out },
      index: { texts: 2, timeless: 0, rows: 8, out: `${out}.index.csv` },
    });
    expect(readFileSync(out).subarray(-4).toString()).toBe('PAR1');
  });

  it('fails when every row is rejected', async () => {
    writeFileSync(path('bad.ndjson'), '{}\n[]\n');
    const { code, stderr } = await moodtape([
      ...['backfill', path('bad.ndjson'), '--out', path('none.ndjson'), '--model', path('model')],
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('error MT_DATA: every row is rejected');
  });

  it('shows the first rows as they would be read, and scores none', async () => {
    const args = ['backfill', ...inputs, '--dry-run'];
    const shown = await moodtape(args);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(
      /news\.csv {2}read as usual\n.*id +published +domain +symbols +text\n2 +n0 /,
    );
    const rows = (await moodtape([...args, '--json'])).stdout.trimEnd().split('\n');
    expect(rows).toHaveLength(10);
    expect(JSON.parse(rows[0] ?? '')).toMatchObject({ file: inputs[0], line: 2, shape: 'usual', id: 'n0' });
  });

  it('sends rows to the scorers of a topology, and waits for them', async () => {
    const topology = `name: trial
log: { kind: embedded, path: log }
sources:
  - { topic: raw.news, domain: news }
  - { topic: archive.news, domain: news, priority: backfill }
scorer: { model: model }
`;
    writeFileSync(path('topology.yaml'), topology);
    const rows = Array.from({ length: 50 }, (_, i) => `${i},涨${i},2024-01-05`);
    writeFileSync(path('sent.csv'), `id,text,publishedAt\n${rows.join('\n')}\n50,跌,\n`);
    const scorer = spawn(process.execPath, [...COMMAND_LINE, 'run', 'topology.yaml'], { cwd: folder });
    const args = ['backfill', 'sent.csv', '--topology', 'topology.yaml', '--json'];
    const sent = await moodtape(args, { cwd: folder });
    scorer.kill('SIGTERM');
    await once(scorer, 'close');
    expect(sent.code).toBe(3);
    const counts = { read: 51, alreadyDone: 0, scored: 50, rejected: 1, out: 'sentiment.scored' };
    expect(JSON.parse(sent.stdout)).toMatchObject(counts);
    const again = await moodtape(args, { cwd: folder });
    expect(JSON.parse(again.stdout)).toMatchObject({ ...counts, alreadyDone: 51 });
  });
});
