import { parentPort } from 'node:worker_threads';

// The engine's worker, but for batches with these tokens.
const DEADLY = 17;
const ENDLESS = 18;
const LEAKING = 19;

parentPort?.on('message', ({ ids }) => {
  if (ids.includes(DEADLY)) process.exit(9);
  while (ids.includes(ENDLESS));
  if (ids.includes(LEAKING)) {
    parentPort.postMessage = () => {};
    leak();
  }
});

// Turn after turn: a single loop that never returns may outrun V8's end of the thread and take the process with it.
const kept = [];
function leak() {
  kept.push(new Array(1000).fill(0));
  setImmediate(leak);
}

await import('../../dist/inference/worker.js');
