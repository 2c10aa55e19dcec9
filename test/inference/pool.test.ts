import { describe, expect, it, onTestFinished } from 'vitest';
import { type Patience, ThreadPool } from '../../src/inference/pool.js';
import type { BatchMessage, WorkerStart } from '../../src/inference/protocol.js';
import { InferenceThread } from '../../src/inference/thread.js';
import { TINY_BUNDLE } from '../fixtures/tiny-bundle.js';

const FAULTY = new URL('./faulty-worker.mjs', import.meta.url);
const DEADLY = 17;
const ENDLESS = 18;
const LEAKING = 19;

async function workerStart(): Promise<WorkerStart> {
  const bytes = await TINY_BUNDLE.graph('fp32');
  const graph = new SharedArrayBuffer(bytes.length);
  new Uint8Array(graph).set(bytes);
  return { graph, executionProviders: ['cpu'], threads: 1 };
}

const batch =
  (...ids: number[]) =>
  (): BatchMessage => ({
    ids: Int32Array.from([2, ...ids, 3]),
    texts: 1,
    length: ids.length + 2,
  });

/** A pool, and how many threads it has started. */
async function openPool(size: number, entry: (started: number) => URL | undefined, patience?: Patience) {
  const start = await workerStart();
  const counter = { started: 0 };
  const startThread = () => InferenceThread.start(start, entry(counter.started++));
  const pool = new ThreadPool(size, startThread, patience);
  onTestFinished(() => pool.close());
  await pool.start();
  return { pool, counter };
}

describe('ThreadPool', () => {
  it('starts a thread when there is work for it', async () => {
    const { pool, counter } = await openPool(2, () => undefined);
    await pool.run(batch(5));
    await pool.run(batch(6));
    expect(counter.started).toBe(1);
    await Promise.all([pool.run(batch(5)), pool.run(batch(6)), pool.run(batch(7))]);
    expect(counter.started).toBe(2);
  });

  it('replaces a thread that died, and runs its batch on the new one', async () => {
    const { pool, counter } = await openPool(1, (started) => (started === 0 ? FAULTY : undefined));
    const [, output] = await Promise.all([pool.run(batch(5)), pool.run(batch(DEADLY)), pool.run(batch(6))]);
    expect(output.probabilities).toHaveLength(3);
    expect(counter.started).toBe(2);
  });

  it('blames a batch that kills two threads, and scores the others', async () => {
    const { pool, counter } = await openPool(2, () => FAULTY);
    const results = await Promise.allSettled([4, DEADLY, 5, 6, 7].map((id) => pool.run(batch(id))));
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
    expect(results[1]).toMatchObject({ reason: { code: 'MT_INFERENCE' } });
    expect(counter.started).toBeGreaterThanOrEqual(3);
  });

  it('does not blame the batches that lay ready on a thread which another one killed', async () => {
    const { pool } = await openPool(1, () => FAULTY);
    const results = await Promise.allSettled([DEADLY, 5, DEADLY, 6].map((id) => pool.run(batch(id))));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it.each([
    ['gives no answer', ENDLESS],
    ['leaks memory', LEAKING],
  ])('replaces a thread that %s, and runs its batch on the new one', async (_, token) => {
    let isFaulty = true;
    const entry = (started: number) => {
      isFaulty = started === 0;
      return isFaulty ? FAULTY : undefined;
    };
    // Of the thread that gives no answer; the one after it may take as long as a busy machine does.
    const patience: Patience = (longest) =>
      token === ENDLESS && isFaulty && longest !== undefined ? 1 : 600;
    const { pool, counter } = await openPool(1, entry, patience);
    await pool.run(batch(5));
    expect((await pool.run(batch(token))).probabilities).toHaveLength(3);
    expect(counter.started).toBe(2);
  });

  it('does not blame a batch when no thread can start any more', async () => {
    const start = await workerStart();
    let started = 0;
    const pool = new ThreadPool(1, () => {
      const graph = started++ === 0 ? start.graph : new SharedArrayBuffer(3);
      return InferenceThread.start({ ...start, graph }, FAULTY);
    });
    onTestFinished(() => pool.close());
    await pool.start();
    await expect(pool.run(batch(DEADLY))).rejects.toMatchObject({ code: 'MT_DEVICE' });
  });

  it('lets running batches end when it closes, and refuses those that wait or come later', async () => {
    const { pool } = await openPool(1, () => undefined);
    const [running, ready, waiting] = [pool.run(batch(5)), pool.run(batch(6)), pool.run(batch(7))];
    const refused = expect(waiting).rejects.toMatchObject({ code: 'MT_DEVICE' });
    const closing = pool.close();
    expect((await running).probabilities).toHaveLength(3);
    expect((await ready).probabilities).toHaveLength(3);
    await Promise.all([refused, closing]);
    await expect(pool.run(batch(5))).rejects.toMatchObject({ code: 'MT_DEVICE' });
    await pool.close();
  });
});
