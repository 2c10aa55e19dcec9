import { Observable, type OperatorFunction } from 'rxjs';

/** Who is next. */
export interface Discipline<T> {
  /** When an item is due, on any clock; the queue is kept in this order. */
  readonly due: (item: T) => number;
  /**
   * What a worker takes from the queue, as indexes into it. `idle` counts the workers that wait for work, this one
   * included: an idle one takes at least one item. With none idle it is asked for a batch that a busy worker may have
   * beside it, to begin with as soon as it is done; nothing to let the items gather.
   */
  readonly choose: (queue: readonly T[], idle: number) => readonly number[];
}

/**
 * Batches without waiting: an idle worker takes what is queued at once, and items gather only while every worker is
 * busy. So batches grow with the load by themselves. Items of one turn of the event loop arrive together.
 *
 * @param workers batches that run at the same time; as many more may lie ready
 * @param run runs one batch; its results go out one by one, a rejection ends the stream
 * @param queued is told how many items wait whenever some have come or gone
 */
export function microBatch<T, R>(
  workers: number,
  { due, choose }: Discipline<T>,
  run: (batch: readonly T[]) => Promise<readonly R[]>,
  queued: (items: number) => void = () => {},
): OperatorFunction<T, R> {
  return (items) =>
    new Observable((subscriber) => {
      const queue: T[] = [];
      let busy = 0;
      let waking = false;
      let ended = false;

      const take = (): T[] => {
        const chosen = new Set(choose(queue, Math.max(0, workers - busy)));
        if (chosen.size === 0) return [];
        // Most of a long queue lies behind what is chosen, and is not to be looked at for each batch.
        const front = queue.splice(0, Math.max(...chosen) + 1);
        queue.unshift(...front.filter((_, index) => !chosen.has(index)));
        return front.filter((_, index) => chosen.has(index));
      };

      const work = async (batch: readonly T[]) => {
        try {
          const results = await run(batch);
          busy--;
          // The worker has its next batch before the results of this one are worked on.
          dispatch();
          for (const result of results) subscriber.next(result);
          completeWhenDone();
        } catch (error) {
          subscriber.error(error);
        }
      };

      const dispatch = () => {
        while (busy < 2 * workers && queue.length > 0 && !subscriber.closed) {
          const batch = take();
          if (batch.length === 0) break;
          busy++;
          void work(batch);
        }
        queued(queue.length);
      };

      const completeWhenDone = () => {
        if (ended && busy === 0 && queue.length === 0) subscriber.complete();
      };

      const wake = () => {
        if (waking) return;
        waking = true;
        queueMicrotask(() => {
          waking = false;
          dispatch();
        });
      };

      return items.subscribe({
        next: (item) => {
          queue.splice(placeFor(item, queue, due), 0, item);
          wake();
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => {
          ended = true;
          completeWhenDone();
        },
      });
    });
}

/** The index behind all items that are due no later: nearly always the end, for only priorities change the order. */
function placeFor<T>(item: T, queue: readonly T[], due: Discipline<T>['due']): number {
  const time = due(item);
  const isLater = (other: T | undefined) => other !== undefined && due(other) > time;
  let place = queue.length;
  if (!isLater(queue[place - 1])) return place;
  let from = 0;
  while (from < place) {
    const middle = (from + place) >> 1;
    if (isLater(queue[middle])) place = middle;
    else from = middle + 1;
  }
  return place;
}
