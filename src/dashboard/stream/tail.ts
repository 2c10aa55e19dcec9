import { setImmediate, setTimeout } from 'node:timers/promises';
import { Observable, ReplaySubject, share } from 'rxjs';
import { asMoodtapeError } from '../../errors.js';
import type { Logger } from '../../observe/logger.js';
import { EventBatch } from './batch.js';
import type { EventLog } from './event-log.js';
import { distance } from './position.js';

/** Milliseconds between looks for what is new; and while the log is away. */
const LOOK_EVERY_MS = 100;
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
  let at: EventBatch['to'] | undefined;
  let isAway = false;
  while (!signal.aborted) {
    try {
      const { end } = await log.bounds();
      if (at === undefined) {
        at = end;
        emit(new EventBatch(end, end, []));
      }
      if (distance(at, end) !== 0n) {
        for await (const batch of log.read(at, end)) {
          if (signal.aborted) return;
          emit(batch);
          at = batch.to;
          // The sockets get rid of this one before there are more.
          await setImmediate();
        }
      }
      isAway = false;
    } catch (error) {
      const { code, message } = asMoodtapeError(error, 'MT_TRANSPORT');
      if (!isAway && !signal.aborted)
        logger.warn({ code, message }, 'the stream of the dashboard waits for the log');
      isAway = true;
    }
    await setTimeout(isAway ? RETRY_MS : LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}
