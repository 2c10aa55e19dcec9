import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagePath } from '../../src/config.js';
import { textsSchema } from '../../src/dashboard/api/answers.js';
import { COMMAND_LINE, moodtape } from '../cli/run-cli.js';
import { waitUntil } from '../conformance/patience.js';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-e2e-'));
const model = join(folder, 'model');
beforeAll(() => saveTinyBundle(model));
afterAll(() => rmSync(folder, { recursive: true }));
const env = { ...process.env, MOODTAPE_MODEL: model, TMPDIR: folder, NO_COLOR: '1' };

function linesOf(name: string): number {
  return readFileSync(packagePath('demo', 'feed', name), 'utf8')
    .trimEnd()
    .split('\n').length;
}

/** What the commands have left in the temporary folder; tsx keeps its cache there. */
const leftovers = () => readdirSync(folder).filter((name) => name !== 'model' && !name.startsWith('tsx-'));

describe('moodtape demo', () => {
  it('--once scores or dead-letters every line of the feeds and ends with its numbers', async () => {
    const { code, stdout, stderr } = await moodtape(['demo', '--once'], { env });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const numbers = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
    expect(Object.keys(numbers)).toEqual(
      'read scored deadLettered cached seconds textsPerSecond p50Ms p99Ms'.split(' '),
    );
    expect(numbers.read).toBe(linesOf('news.ndjson') + linesOf('forum.ndjson'));
    expect(numbers.scored + numbers.deadLettered).toBe(numbers.read);
    // As demo/README.md lists them.
    expect(numbers.deadLettered).toBe(12);
    expect(numbers.cached).toBeGreaterThan(0);
    expect(stdout).toContain('MT_RECORD 5');
    expect(stdout).toMatch(/^SH600519 +\d+ +[+−]0\.\d{3} +(利空|中性|利好) /m);
    expect(leftovers()).toEqual([]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'runs until %s, then drains and leaves nothing behind',
    async (signal) => {
      const args = ['demo', '--json', '--log-level', 'info'];
      const child = spawn(process.execPath, [...COMMAND_LINE, ...args], { env });
      const closed = once(child, 'close');
      let stdout = '';
      child.stdout.on('data', (chunk) => {
        stdout += chunk;
      });
      const [firstLine] = await once(child.stderr, 'data');
      expect(JSON.parse(firstLine)).toMatchObject({ topology: 'demo', msg: 'running' });
      child.kill(signal);
      expect(await closed).toEqual([0, null]);
      const { read, scored, deadLettered } = JSON.parse(stdout);
      expect(scored + deadLettered).toBe(read);
      expect(leftovers()).toEqual([]);
    },
  );

  it('has a dashboard, whose address it prints', async () => {
    const child = spawn(process.execPath, [...COMMAND_LINE, 'demo'], { env });
    const closed = once(child, 'close');
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    const address = () => /http:\/\/127\.0\.0\.1:\d+\//.exec(stdout)?.[0];
    await waitUntil('it prints the address', () => address() !== undefined);
    const get = async (path: string): Promise<unknown> => (await fetch(new URL(path, address()))).json();
    await waitUntil(
      'there are texts',
      async () => textsSchema.parse(await get('/api/texts')).texts.length > 0,
    );
    expect(await get('/api/health')).toMatchObject({ status: 'ok' });
    child.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
    expect(leftovers()).toEqual([]);
  });
});
