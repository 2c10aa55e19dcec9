import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { buildGraph } from '../../src/model/graph.js';
import { limitThreads, runGraph } from '../../src/training/onnx-runner.js';
import { randomParameters, tinySpec } from './tiny-model.js';

// Guards: a process that is to leave cores to others does so.

/** Threads of this process while a graph runs in it. */
async function threadsWhileRunning(): Promise<number> {
  const spec = tinySpec(null);
  const graph = buildGraph({
    spec,
    parameters: randomParameters(spec, 1),
    precision: 'fp32',
    output: 'scores',
  });
  let threads = 0;
  await runGraph(graph, [Int32Array.of(1, 5, 2)], spec.encoder.padId, () => {
    threads = readdirSync('/proc/self/task').length;
  });
  return threads;
}

it.runIf(process.platform === 'linux')('runs graphs with as many threads as it may', async () => {
  await threadsWhileRunning();
  limitThreads(6);
  const six = await threadsWhileRunning();
  limitThreads(1);
  const one = await threadsWhileRunning();
  // The thread that asks is one of them.
  expect(six - one).toBe(5);
});
