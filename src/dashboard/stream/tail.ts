import { setImmediate, setTimeout } from 'node:timers/promises';
import { Observable, ReplaySubject, share } from 'rxjs';
import { asMoodtapeError } from '../../errors.js';
import type { Logger } from '../../observe/logger.js';
import { EventBatch } from './batch.js';
import type { EventLog } from './event-log.js';
import { distance, type Position } from './position.js';

/** Milliseconds before a log that was away is followed again. */
const RETRY_MS = 2_000;

/**
 * What comes into the log from now on. However many subscribe, the log is read once, and only while somebody does; one who comes later
 * is given the last batch first, and knows by its `to` where now is.
 */
export function tailOf(log: EventLog, logger: Logger): Observable<EventBatch> {
  return new Observable<EventBatch>((subscriber) => {
    const stop = new AbortController();
    void follow(log, stop.signal, (batch) => subscriber.next(batch), logger);
    return () => stop.abort();
  }).pipe(share({ connector: () => new ReplaySubject(1) }));
}

async function follow(
  log: EventLog,
  signal: AbortSignal,
  emit: (batch: EventBatch) => void,
  logger: Logger,
): Promise<void> {
  let at: Position | undefined;
  let isAway = false;
  while (!signal.aborted) {
    try {
      const { end } = await log.bounds();
      // No records lead on from a log that another has taken the place of.
      if (at === undefined || distance(at, end) === undefined) {
        emit(new EventBatch(at ?? end, end, []));
        at = end;
      }
      for await (const batch of log.tail(at, signal)) {
        isAway = false;
        at = batch.to;
        emit(batch);
        // The sockets get rid of this one before there are more.
        await setImmediate();
      }
    } catch (error) {
      const { code, message } = asMoodtapeError(error, 'MT_TRANSPORT');
      if (!isAway && !signal.aborted)
        logger.warn({ code, message }, 'the stream of the dashboard waits for the log');
      isAway = true;
    }
    await setTimeout(RETRY_MS, undefined, { signal }).catch(() => {});
  }
}
