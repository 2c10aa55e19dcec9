import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { COMMAND_LINE, PROJECT } from './run-cli.js';

it('ends quietly when its reader goes away', async () => {
  const child = spawn(process.execPath, [...COMMAND_LINE, 'topology', 'schema'], { cwd: PROJECT });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  expect(stderr).toBe('');
  expect(code).toBe(0);
});
