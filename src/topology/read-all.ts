import { randomUUID } from 'node:crypto';
import { concatMap, defer, EMPTY, type Observable, takeWhile } from 'rxjs';
import type { Poll, Transport } from '../transport/transport.js';

/** All records that a topic holds now, in the order of each partition; completes at their end. */
export function readAll(transport: Transport, topic: string): Observable<Poll> {
  const group = `read-all.${randomUUID()}`;
  return defer(async () => {
    const partitions = await transport.lag(group, [topic]);
    const full = partitions.filter(({ committed, end }) => committed < end);
    return new Map(full.map(({ partition, end }) => [partition, end]));
  }).pipe(
    concatMap((open) => {
      if (open.size === 0) return EMPTY;
      const bounds = { from: 'earliest', maxRecords: 1024, maxBytes: 4 * 2 ** 20 } as const;
      return transport.consume({ group, topics: [topic], ...bounds }).pipe(
        concatMap(async (poll) => {
          await (await poll.begin()).commit();
          if (poll.nextOffset >= (open.get(poll.partition) ?? 0n)) open.delete(poll.partition);
          return poll;
        }),
        takeWhile(() => open.size > 0, true),
      );
    }),
  );
}
