import fc from 'fast-check';
import { from, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { microBatch } from '../../src/flow/micro-batch.js';

/** Runs a micro-batcher whose batches end when the test says so. */
function bench(workers: number, most = Number.POSITIVE_INFINITY, ahead = 0) {
  const items = new Subject<string>();
  const started: string[][] = [];
  const endings: ((error?: Error) => void)[] = [];
  const results: string[] = [];
  const end = { completed: false, error: undefined as unknown };
  const first = (queue: readonly string[], idle: number) =>
    [...queue.keys()].slice(0, idle === 0 ? ahead : most);
  const run = (batch: readonly string[]) =>
    new Promise<string[]>((resolve, reject) => {
      started.push([...batch]);
      endings.push((error) => (error === undefined ? resolve([...batch]) : reject(error)));
    });
  const waiting: number[] = [];
  const queued = (count: number) => waiting.push(count);
  const subscription = items
    .pipe(microBatch(workers, { due: () => 0, choose: first }, run, queued))
    .subscribe({
      next: (result) => results.push(result),
      error: (error: unknown) => {
        end.error = error;
      },
      complete: () => {
        end.completed = true;
      },
    });
  /** Lets everything happen that can happen without another item or another ending. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { items, started, waiting, endings, results, end, subscription, settle };
}

describe('microBatch', () => {
  it('gives an idle worker what is queued at once, and gathers only while all are busy', async () => {
    const { items, started, endings, results, settle } = bench(1);
    items.next('a');
    await settle();
    expect(started).toEqual([['a']]);
    for (const item of ['b', 'c', 'd']) {
      items.next(item);
      await settle();
    }
    expect(started).toEqual([['a']]);
    endings[0]?.();
    await settle();
    expect(started).toEqual([['a'], ['b', 'c', 'd']]);
    endings[1]?.();
    await settle();
    expect(results).toEqual(['a', 'b', 'c', 'd']);
  });

  it('takes items of one turn together', async () => {
    const { items, started, settle } = bench(1);
    for (const item of ['a', 'b', 'c']) items.next(item);
    await settle();
    expect(started).toEqual([['a', 'b', 'c']]);
  });

  it('says how many items wait whenever some have come or gone', async () => {
    const { items, waiting, endings, settle } = bench(1, 2);
    for (const item of ['a', 'b', 'c']) items.next(item);
    await settle();
    items.next('d');
    await settle();
    endings[0]?.();
    await settle();
    endings[1]?.();
    await settle();
    expect(waiting).toEqual([1, 2, 0, 0]);
  });

  it('keeps every worker busy while there is work, and runs no more batches than workers', async () => {
    const { items, started, endings, settle } = bench(2, 1);
    for (const item of ['a', 'b', 'c']) items.next(item);
    await settle();
    expect(started).toEqual([['a'], ['b']]);
    endings[1]?.();
    await settle();
    expect(started).toEqual([['a'], ['b'], ['c']]);
  });

  it('has a batch lie ready for each busy worker, if there is one to go ahead, and no more', async () => {
    const { items, started, endings, settle } = bench(2, 2, 1);
    for (const item of 'abcdefgh') items.next(item);
    await settle();
    expect(started).toEqual([['a', 'b'], ['c', 'd'], ['e'], ['f']]);
    endings[0]?.();
    await settle();
    expect(started.slice(4)).toEqual([['g']]);
  });

  it('starts the next batch before it hands on the results of the last one', async () => {
    const items = new Subject<string>();
    const log: string[] = [];
    const run = async (batch: readonly string[]) => {
      log.push(`run ${batch}`);
      return batch;
    };
    items
      .pipe(microBatch(1, { due: () => 0, choose: () => [0] }, run))
      .subscribe((result) => log.push(`result ${result}`));
    items.next('a');
    items.next('b');
    await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual(['run a', 'run b', 'result a', 'result b']);
  });

  it('keeps the queue in the order in which items are due, and of equal ones in that of their arrival', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }), async (times) => {
        const items = new Subject<{ due: number; index: number }>();
        let seen: number[] = [];
        const choose = (queue: readonly { due: number; index: number }[]) => {
          seen = queue.map(({ index }) => index);
          return [...queue.keys()];
        };
        const batches = microBatch(1, { due: ({ due }) => due, choose }, async (batch) => batch);
        items.pipe(batches).subscribe();
        for (const [index, due] of times.entries()) items.next({ due, index });
        await new Promise((resolve) => setImmediate(resolve));
        const indexes = [...times.keys()];
        expect(seen).toEqual(indexes.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b));
      }),
    );
  });

  it('completes when the items end and the last batch is out', async () => {
    const { items, endings, end, settle } = bench(1);
    items.next('a');
    items.complete();
    await settle();
    expect(end.completed).toBe(false);
    endings[0]?.();
    await settle();
    expect(end.completed).toBe(true);
  });

  it('completes without items', () => {
    let completed = false;
    from([])
      .pipe(microBatch(1, { due: () => 0, choose: () => [0] }, async (batch) => batch))
      .subscribe({ complete: () => (completed = true) });
    expect(completed).toBe(true);
  });

  it('ends with the error of a batch, and runs none after it', async () => {
    const { items, started, endings, end, settle } = bench(1, 1);
    for (const item of ['a', 'b']) items.next(item);
    await settle();
    endings[0]?.(new Error('the worker is gone'));
    await settle();
    expect(end.error).toEqual(new Error('the worker is gone'));
    expect(started).toEqual([['a']]);
  });

  it('runs nothing more once nobody listens', async () => {
    const { items, started, endings, subscription, settle } = bench(1, 1);
    for (const item of ['a', 'b']) items.next(item);
    await settle();
    subscription.unsubscribe();
    endings[0]?.();
    await settle();
    expect(started).toEqual([['a']]);
  });
});
