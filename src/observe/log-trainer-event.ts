import type { MoodtapeError } from '../errors.js';
import type { TrainerEvent } from '../refit/trainer-event.js';
import type { Logger } from './logger.js';

/** One log line for each event of a trainer that an operator may want to see. */
export function logTrainerEvent(logger: Logger, event: TrainerEvent): void {
  switch (event.type) {
    case 'labelsRead': {
      const dead = Object.keys(event.dead).length > 0;
      logger[dead ? 'warn' : 'debug'](event, dead ? 'read labels, with dead letters' : 'read labels');
      break;
    }
    case 'labelsJudged': {
      const { annotator } = event.held;
      if (annotator > 0) logger.warn(event, 'labels of somebody who is distrusted wait for a person');
      else logger.info(event, 'judged labels');
      break;
    }
    case 'driftSeen':
      logger.info(event, 'the stream has changed');
      break;
    case 'refitBegun':
      logger.info(event, 'a refit begins');
      break;
    case 'refitStepped':
      logger.trace(event, 'a refit learns');
      break;
    case 'refitDecided':
      logger.info(event, event.promoted ? 'a refit went live' : 'a refit was rejected');
      break;
    case 'refitFailed':
      logger.error(told(event), 'a refit has failed');
      break;
    case 'rolledBack':
      logger.warn(event, 'the live version was worse than the one before, which is live again');
      break;
    case 'registryAway':
      logger.warn(told(event), 'the registry of models is away; trying again');
  }
}

function told<E extends { readonly error: MoodtapeError }>({ error, ...rest }: E) {
  return { ...rest, code: error.code, message: error.message, remedy: error.remedy };
}
