import { catchError, concatMap, defer, type Observable, of, retry, throwError, timer } from 'rxjs';
import { asMoodtapeError, MoodtapeError } from '../errors.js';
import type { OutgoingRecord, Poll, Transaction } from '../transport/transport.js';
import type { Report } from './event.js';

/** Milliseconds before the first new attempt; twice as long before each later one, up to the longest. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;

/** Writes what came of a poll, and emits once: whether it is committed. */
export type Acknowledge = (poll: Poll, records: readonly OutgoingRecord[]) => Observable<boolean>;

/**
 * Acknowledges polls: the records and the poll's next offset go in one transaction. When that fails it is aborted and
 * the log delivers the poll again; the next attempt waits, longer each time, with no transaction open. A poll of a
 * partition that another consumer has taken over is dropped. A failing abort is an error: the log is out of reach.
 */
export function acknowledger(report: Report): Acknowledge {
  const failures = new Map<string, number>();
  const partitionOf = ({ topic, partition }: Poll) => `${topic}/${partition}`;

  const pause = (poll: Poll): Observable<unknown> => {
    const failed = failures.get(partitionOf(poll)) ?? 0;
    return failed === 0 ? of(0) : timer(Math.min(FIRST_PAUSE * 2 ** (failed - 1), LONGEST_PAUSE));
  };

  const retried = (poll: Poll, error: unknown) => {
    const { topic, partition } = poll;
    failures.set(partitionOf(poll), (failures.get(partitionOf(poll)) ?? 0) + 1);
    report({ type: 'retried', topic, partition, error: asMoodtapeError(error, 'MT_TRANSPORT') });
  };

  const begin = (poll: Poll): Observable<Transaction> =>
    defer(() => poll.begin()).pipe(
      retry({
        delay: (error) => {
          if (isFenced(error)) return throwError(() => error);
          retried(poll, error);
          return pause(poll);
        },
      }),
    );

  const write = async (poll: Poll, transaction: Transaction, records: readonly OutgoingRecord[]) => {
    try {
      await transaction.send(records);
      await transaction.commit();
      failures.delete(partitionOf(poll));
      return true;
    } catch (error) {
      if (isFenced(error)) throw error;
      await transaction.abort();
      retried(poll, error);
      return false;
    }
  };

  return (poll, records) =>
    defer(() => pause(poll)).pipe(
      concatMap(() => begin(poll)),
      concatMap((transaction) => write(poll, transaction, records)),
      catchError((error: unknown) => {
        if (!isFenced(error)) return throwError(() => error);
        failures.delete(partitionOf(poll));
        report({ type: 'fenced', topic: poll.topic, partition: poll.partition });
        return of(false);
      }),
    );
}

function isFenced(error: unknown): boolean {
  return error instanceof MoodtapeError && error.code === 'MT_FENCED';
}
