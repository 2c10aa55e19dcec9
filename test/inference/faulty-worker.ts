import { parentPort } from 'node:worker_threads';
import type { BatchMessage } from '../../src/inference/protocol.js';

// The engine's worker, but for batches with these tokens.
const DEADLY = 17;
const ENDLESS = 18;
const LEAKING = 19;

parentPort?.on('message', ({ ids }: BatchMessage) => {
  if (ids.includes(DEADLY)) process.exit(9);
  while (ids.includes(ENDLESS));
  for (const kept: number[][] = []; ids.includes(LEAKING); ) kept.push(new Array<number>(1000).fill(0));
});
await import('../../src/inference/worker.js');
