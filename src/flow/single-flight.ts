import { filter, Observable, type OperatorFunction } from 'rxjs';

/** An item with its answer; `shared` when it was asked for another item of the same key. */
export interface Answered<T, A> {
  readonly item: T;
  readonly answer: A;
  readonly shared: boolean;
}

/**
 * Sends one item of each key through `ask` at a time; equal items that come while it is under way share its answer.
 *
 * @param ask emits exactly one answer for every item, in any order
 */
export function singleFlight<T, A>(
  keyOf: (item: T) => string,
  ask: OperatorFunction<T, Pick<Answered<T, A>, 'item' | 'answer'>>,
): OperatorFunction<T, Answered<T, A>> {
  return (items) =>
    new Observable((subscriber) => {
      // Of the first of each key, the others; most have none.
      const waiting = new Map<string, T[] | undefined>();

      const isFirst = (item: T): boolean => {
        const key = keyOf(item);
        const others = waiting.get(key);
        if (others !== undefined) others.push(item);
        else if (waiting.has(key)) waiting.set(key, [item]);
        else {
          waiting.set(key, undefined);
          return true;
        }
        return false;
      };

      return items.pipe(filter(isFirst), ask).subscribe({
        next: ({ item, answer }) => {
          const others = waiting.get(keyOf(item)) ?? [];
          waiting.delete(keyOf(item));
          subscriber.next({ item, answer, shared: false });
          for (const other of others) subscriber.next({ item: other, answer, shared: true });
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
}
