import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { waitUntil } from '../conformance/patience.js';
import { startTinyServer } from './fixtures/tiny-server.js';

describe('a local server', () => {
  it('keeps its data while it is halted, and starts again as another process', async () => {
    const server = await startTinyServer();
    await server.halt();
    expect(processes(server.address).map(isAlive)).toEqual([false]);
    await server.resume();
    expect(processes(server.address).map(isAlive)).toEqual([false, true]);
    await server.halt('SIGKILL');
    expect(processes(server.address).map(isAlive)).toEqual([false, false]);
    await server.stop();
  });

  it('leaves neither process nor data when it is stopped', async () => {
    const server = await startTinyServer();
    const [pid = 0] = processes(server.address);
    await server.stop();
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(dirname(server.address))).toBe(false);
  });

  it('says why it did not start', async () => {
    await expect(startTinyServer(`console.error('no such port'); process.exit(3)`)).rejects.toThrow(
      /Tiny ended with code 3 before it served; its last words:\nno such port/,
    );
  });

  it('ends, and its data goes, when the process that started it is killed', async () => {
    const script = fileURLToPath(new URL('fixtures/abandon-server.ts', import.meta.url));
    const starter = spawn(process.execPath, ['--import', 'tsx', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [address] = await once(createInterface({ input: starter.stdout }), 'line');
    const [pid = 0] = processes(String(address));
    expect(isAlive(pid)).toBe(true);
    starter.kill('SIGKILL');
    await waitUntil('its server has ended', () => !isAlive(pid) && !existsSync(dirname(String(address))));
  });
});

function processes(address: string): number[] {
  return readFileSync(address, 'utf8').trim().split('\n').map(Number);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
