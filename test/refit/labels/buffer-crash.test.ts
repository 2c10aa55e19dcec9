import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { LabelBuffer } from '../../../src/refit/labels/buffer.js';
import { labelPolls, settlementOf } from '../label-stream.js';
import { contentsOf, SMALL } from './small-buffer.js';

/** Guards the exactly-once of the buffer: whenever its process is killed, in the end it holds what it would hold anyway. */

const WORKER = fileURLToPath(new URL('./buffer-worker.ts', import.meta.url));
const [SEED, POLLS, KILLS] = [7, 300, 6];

const folder = mkdtempSync(join(tmpdir(), 'moodtape-labels-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the worker for so many milliseconds of its work at most; true when it came to its end. */
async function work(path: string, milliseconds: number): Promise<boolean> {
  const worker: ChildProcess = fork(WORKER, [path, String(SEED), String(POLLS)], {
    execArgv: ['--import', 'tsx'],
  });
  const exit = once(worker, 'exit');
  await Promise.race([once(worker, 'message'), exit]);
  await Promise.race([exit, setTimeout(milliseconds, undefined, { ref: false })]);
  worker.kill('SIGKILL');
  const [code] = await exit;
  return code === 0;
}

it('holds every label once though its process is killed again and again', async () => {
  const [killed, whole] = [join(folder, 'killed'), join(folder, 'whole')];
  let kills = 0;
  for (let i = 0; i < KILLS; i++) if (!(await work(killed, Math.random() * 150))) kills++;
  expect(await work(killed, 60_000)).toBe(true);
  expect(kills).toBeGreaterThan(0);

  const reference = LabelBuffer.open<number>(whole, SMALL);
  const polls = labelPolls(SEED, POLLS);
  for (const poll of polls) await reference.add(poll);
  const all = reference.waiting(10_000);
  await reference.settle(all.map(settlementOf), all.length);

  const survivor = LabelBuffer.open<number>(killed, SMALL);
  expect(survivor.counts().arrived).toBe(polls.flatMap(({ entries }) => entries).length);
  expect(contentsOf(survivor)).toEqual(contentsOf(reference));
  await Promise.all([survivor.close(), reference.close()]);
});
