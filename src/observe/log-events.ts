import type { ScorerEvent } from '../flow/event.js';
import { logModelChange } from './log-model-change.js';
import type { Logger } from './logger.js';

/** One log line for each event that an operator may want to see. */
export function logEvent(logger: Logger, event: ScorerEvent): void {
  switch (event.type) {
    case 'read':
      logger.trace(event, 'read a poll');
      break;
    case 'queue':
      logger.trace(event, 'the queue has changed');
      break;
    case 'batch': {
      const { waits, ...rest } = event;
      logger.trace({ ...rest, longestWait: Math.max(...waits) }, 'scored a batch');
      break;
    }
    case 'committed': {
      const { nextOffset, ...rest } = event;
      const dead = Object.keys(event.dead).length > 0;
      logger[dead ? 'warn' : 'debug'](
        { ...rest, nextOffset: String(nextOffset) },
        dead ? 'committed, with dead letters' : 'committed',
      );
      break;
    }
    case 'retried': {
      const { error, ...rest } = event;
      logger.warn({ ...rest, code: error.code, message: error.message }, 'commit failed, trying again');
      break;
    }
    case 'fenced':
      logger.warn(event, 'another consumer has taken over the partition');
      break;
    default:
      logModelChange(logger, event);
  }
}
