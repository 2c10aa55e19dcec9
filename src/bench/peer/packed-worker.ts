import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { BatchMessage } from '../../inference/protocol.js';

// A thread that runs its share of batches that are ready: a session of ONNX Runtime and nothing else.

/** What the thread starts with. */
export interface PackedStart {
  readonly graph: Uint8Array;
  readonly executionProvider: string;
  readonly threads: number;
  readonly batches: readonly BatchMessage[];
  /** One int32, shared by all threads: the batch that is to be run next. */
  readonly next: SharedArrayBuffer;
}

async function serve({ graph, executionProvider, threads, batches, next }: PackedStart): Promise<void> {
  const session = await InferenceSession.create(graph, {
    executionProviders: [executionProvider],
    intraOpNumThreads: threads,
    logSeverityLevel: 4,
  });
  const inputs = batches.map(({ ids, texts, length }) => new Tensor('int32', ids, [texts, length]));
  const counter = new Int32Array(next);
  parentPort?.on('message', async () => {
    for (;;) {
      const input = inputs[Atomics.add(counter, 0, 1)];
      if (input === undefined) break;
      await session.run({ input_ids: input });
    }
    parentPort?.postMessage('done');
  });
  parentPort?.postMessage('ready');
}

await serve(workerData);
