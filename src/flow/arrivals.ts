import { map, mergeMap, Observable, type OperatorFunction } from 'rxjs';
import type { Poll } from '../transport/transport.js';
import type { Arrival } from './item.js';

/** Milliseconds that one poll may work in one turn of the event loop: workers and heartbeats wait no longer. */
const TURN_MS = 2;

/** Takes the polls apart: the records of each in order, those of several polls side by side. */
export function arrivals(now: () => number): OperatorFunction<Poll, { readonly arrival: Arrival }> {
  return mergeMap((poll) => {
    const delivery = { poll, receivedAt: now(), spent: { decode: 0, enrich: 0 } };
    return inTurns(poll.records).pipe(map((record) => ({ arrival: { delivery, record } })));
  });
}

/** Emits the items one after the other, for so long as a turn may last, and the rest in later turns. */
function inTurns<T>(items: readonly T[]): Observable<T> {
  return new Observable((subscriber) => {
    const rest = items.values();
    let turn: NodeJS.Immediate | undefined;
    const emit = () => {
      const end = performance.now() + TURN_MS;
      for (const item of rest) {
        subscriber.next(item);
        if (subscriber.closed) return;
        if (performance.now() < end) continue;
        turn = setImmediate(emit);
        return;
      }
      subscriber.complete();
    };
    emit();
    return () => clearImmediate(turn);
  });
}
