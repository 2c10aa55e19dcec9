import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { messageOf } from '../errors.js';
import { beNiceToThreads } from '../niceness.js';
import type { BatchMessage, BatchOutput, WorkerMessage, WorkerStart } from './protocol.js';

// A thread of the engine: one session of the model, which `session.run` blocks while a batch runs.

/**
 * The main thread wakes up often and works briefly, and every text waits for it: with as many workers as cores it goes
 * first. A worker hardly loses by it, and a live text beside a backfill is there in two thirds of the time.
 */
const NICENESS = 10;

async function openSession({ graph, executionProviders, threads }: WorkerStart): Promise<InferenceSession> {
  // ONNX Runtime takes no shared memory; this copy is free again once the session stands.
  const session = await InferenceSession.create(new Uint8Array(graph).slice(), {
    executionProviders: [...executionProviders],
    intraOpNumThreads: threads,
    // Errors are thrown as well; the log would only repeat them.
    logSeverityLevel: 4,
  });
  // A device may load what it cannot run. One of the two tokens is no padding: a text has tokens.
  await run(session, { ids: Int32Array.of(0, 1), texts: 1, length: 2 });
  return session;
}

async function run(session: InferenceSession, batch: BatchMessage): Promise<BatchOutput> {
  const ids = new Tensor('int32', batch.ids, [batch.texts, batch.length]);
  const outputs = await session.run({ input_ids: ids });
  return { probabilities: floats(outputs.probabilities), experts: floats(outputs.expert_weights) };
}

function floats(tensor: Tensor | undefined): Float32Array {
  return tensor?.data instanceof Float32Array ? tensor.data : new Float32Array();
}

async function serve(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('this module runs in a worker thread');
  const send = (message: WorkerMessage) => port.postMessage(message);
  beNiceToThreads(NICENESS);
  const session = await openSession(workerData);
  port.on('message', (batch: BatchMessage) => {
    run(session, batch).then(
      (output) => send({ type: 'output', output }),
      (error) => send({ type: 'failed', message: messageOf(error) }),
    );
  });
  send({ type: 'ready' });
}

await serve();
