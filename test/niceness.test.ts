import { once } from 'node:events';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { PROJECT } from './cli/run-cli.js';

const THREAD = `
const { parentPort } = require('node:worker_threads');
const { readlinkSync } = require('node:fs');
const { getPriority } = require('node:os');
import(process.argv[2]).then(({ beNiceToThreads }) => {
  const own = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  const before = getPriority(own);
  beNiceToThreads(3);
  const after = getPriority(own);
  beNiceToThreads(100);
  parentPort.postMessage({ before, after, most: getPriority(own) });
});
`;

describe.skipIf(process.platform !== 'linux')('beNiceToThreads', () => {
  it('lets other threads go before the one that calls, and changes nothing for them', async () => {
    const main = getPriority();
    const worker = new Worker(THREAD, { eval: true, argv: [join(PROJECT, 'dist', 'niceness.js')] });
    const [{ before, after, most }] = await once(worker, 'message');
    expect(after).toBe(Math.min(19, before + 3));
    expect(most).toBe(19);
    expect(getPriority()).toBe(main);
    await worker.terminate();
  });
});
