import { concatMap, connect, defer, type Observable, retry, takeUntil, tap, throwError, timer } from 'rxjs';
import { MoodtapeError } from '../errors.js';
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

const BOUNDS = { from: 'earliest', maxBytes: 4 * 2 ** 20 } as const;
/** Milliseconds before work that failed because the log was away is tried again. */
const PAUSE_MS = 1_000;

/** Reads topics poll by poll, one at a time, and commits what comes of each; `drain` ends it between two polls. */
export function pollLoop(
  transport: Transport,
  source: Pick<ConsumeOptions, 'group' | 'topics' | 'maxRecords'>,
  work: PollWork,
  report: Report,
  drain: Observable<unknown>,
): Observable<boolean> {
  const acknowledge = acknowledger(report);

  const worked = (poll: Poll) =>
    defer(() => work.outputs(poll)).pipe(
      retry({
        delay: (error: unknown) => {
          if (!(error instanceof MoodtapeError) || error.code !== 'MT_TRANSPORT')
            return throwError(() => error);
          const { topic, partition } = poll;
          report({ type: 'retried', topic, partition, error });
          return timer(PAUSE_MS);
        },
      }),
    );

  return transport.consume({ ...source, ...BOUNDS }).pipe(
    // Reading goes on, unheeded, until the last poll is committed: to leave the group first would lose it.
    connect((polls) =>
      polls.pipe(
        takeUntil(drain),
        concatMap((poll) => worked(poll).pipe(concatMap((records) => acknowledge(poll, records)))),
        tap((done) => {
          if (done) work.committed?.();
        }),
      ),
    ),
  );
}
