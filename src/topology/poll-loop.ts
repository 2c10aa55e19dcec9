import { concatMap, connect, type Observable, takeUntil, tap } from 'rxjs';
import { acknowledger } from '../flow/acknowledge.js';
import type { Report } from '../flow/event.js';
import type { ConsumeOptions, OutgoingRecord, Poll, Transport } from '../transport/transport.js';

/** What is done with each poll. */
export interface PollWork {
  /** What is to be written together with the poll's next offset. Called again for a poll that comes again. */
  outputs(poll: Poll): Promise<readonly OutgoingRecord[]>;
  /** The outputs of the last poll, and its next offset, are in the log. */
  committed?(): void;
}

const BOUNDS = { from: 'earliest', maxRecords: 1024, maxBytes: 4 * 2 ** 20 } as const;

/** Reads topics poll by poll, one at a time, and commits what comes of each; `drain` ends it between two polls. */
export function pollLoop(
  transport: Transport,
  source: Pick<ConsumeOptions, 'group' | 'topics'>,
  { outputs, committed }: PollWork,
  report: Report,
  drain: Observable<unknown>,
): Observable<boolean> {
  const acknowledge = acknowledger(report);
  return transport.consume({ ...source, ...BOUNDS }).pipe(
    // Reading goes on, unheeded, until the last poll is committed: to leave the group first would lose it.
    connect((polls) =>
      polls.pipe(
        takeUntil(drain),
        concatMap(async (poll) => ({ poll, records: await outputs(poll) })),
        concatMap(({ poll, records }) => acknowledge(poll, records)),
        tap((done) => {
          if (done) committed?.();
        }),
      ),
    ),
  );
}
