import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { COMMAND_LINE, PROJECT } from './run-cli.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-pipe-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('ends quietly when its reader goes away, in the middle of its work too', async () => {
  await saveTinyBundle(folder);
  const child = spawn(process.execPath, [...COMMAND_LINE, 'score', '--json', '--model', folder], {
    cwd: PROJECT,
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdin.on('error', () => {});
  child.stdin.end('大盘涨停\n'.repeat(50_000));
  await once(child.stdout, 'data');
  child.stdout.destroy();
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(stderr).toBe('');
});
