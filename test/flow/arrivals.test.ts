import { of } from 'rxjs';
import { expect, it } from 'vitest';
import { arrivals } from '../../src/flow/arrivals.js';
import type { LogRecord, Poll } from '../../src/transport/transport.js';

/** Milliseconds: more than a turn. */
const LONG = 5;

function pollOf(count: number): Poll {
  const records = Array.from({ length: count }, (_, i): LogRecord => {
    return { topic: 't', partition: 0, offset: BigInt(i), timestamp: 0, key: null, value: null, headers: {} };
  });
  return { topic: 't', partition: 0, records, nextOffset: BigInt(count), begin: () => Promise.reject() };
}

it('gives the records of a poll in order, and lets others have their turn when they take long', async () => {
  const seen: string[] = [];
  setImmediate(() => seen.push('another'));
  await new Promise<void>((resolve) => {
    of(pollOf(3))
      .pipe(arrivals(() => 0))
      .subscribe({
        next: ({ arrival }) => {
          seen.push(String(arrival.record.offset));
          const end = performance.now() + LONG;
          while (performance.now() < end);
        },
        complete: resolve,
      });
  });
  expect(seen).toEqual(['0', 'another', '1', '2']);
});

it('stops in the middle of a poll when nobody listens any more', async () => {
  const seen: bigint[] = [];
  const subscription = of(pollOf(3))
    .pipe(arrivals(() => 0))
    .subscribe(({ arrival }) => {
      seen.push(arrival.record.offset);
      if (seen.length === 2) queueMicrotask(() => subscription.unsubscribe());
      const end = performance.now() + LONG;
      while (performance.now() < end);
    });
  await new Promise((resolve) => setTimeout(resolve, 4 * LONG));
  expect(seen).toEqual([0n, 1n]);
});
