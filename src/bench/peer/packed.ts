import '../../no-telemetry.js';

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Placement } from '../../inference/placement.js';
import type { BatchMessage } from '../../inference/protocol.js';
import type { PackedStart } from './packed-worker.js';

const WORKER = new URL('./packed-worker.js', import.meta.url);

/**
 * Gives `use` what runs the same batches again and again, each on whichever thread is free: ONNX Runtime by itself, with
 * batches that were tokenised, padded and handed over beforehand. No engine that runs on it can be faster.
 */
export async function withPacked<T>(
  graph: Uint8Array,
  { device, workers, threads }: Placement,
  batches: readonly BatchMessage[],
  use: (runAll: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const next = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const workerData: PackedStart = { graph, executionProvider: device.name, threads, batches, next };
  const pool = Array.from({ length: workers }, () => new Worker(WORKER, { workerData }));
  try {
    await Promise.all(pool.map((worker) => once(worker, 'message')));
    return await use(async () => {
      Atomics.store(new Int32Array(next), 0, 0);
      const done = pool.map((worker) => once(worker, 'message'));
      for (const worker of pool) worker.postMessage('run');
      await Promise.all(done);
    });
  } finally {
    await Promise.all(pool.map((worker) => worker.terminate()));
  }
}
