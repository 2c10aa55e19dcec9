import { parentPort } from 'node:worker_threads';
import type { BatchMessage } from '../../src/inference/protocol.js';

// The engine's worker, but for a batch with this token, of which the thread dies.
const DEADLY = 17;

parentPort?.on('message', ({ ids }: BatchMessage) => {
  if (ids.includes(DEADLY)) process.exit(9);
});
await import('../../src/inference/worker.js');
