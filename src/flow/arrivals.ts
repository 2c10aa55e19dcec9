import { setImmediate } from 'node:timers/promises';
import { from, map, mergeMap, type OperatorFunction } from 'rxjs';
import type { LogRecord, Poll } from '../transport/transport.js';
import type { Arrival } from './item.js';

/** Records that are worked on in one turn of the event loop: a millisecond or two, so that workers and heartbeats wait no longer. */
const SLICE = 8;

/** Takes the polls apart: the records of each in order, those of several polls side by side. */
export function arrivals(now: () => number): OperatorFunction<Poll, { readonly arrival: Arrival }> {
  return mergeMap((poll) => {
    const delivery = { poll, receivedAt: now(), spent: { decode: 0, enrich: 0 } };
    return from(slices(poll.records)).pipe(
      mergeMap((records) => records),
      map((record) => ({ arrival: { delivery, record } })),
    );
  });
}

async function* slices(records: readonly LogRecord[]): AsyncGenerator<readonly LogRecord[]> {
  for (let start = 0; start < records.length; start += SLICE) {
    if (start > 0) await setImmediate();
    yield records.slice(start, start + SLICE);
  }
}
