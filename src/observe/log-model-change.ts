import type { ModelChange } from '../flow/model-change.js';
import type { Logger } from './logger.js';

/** One log line for each change of a scorer's models. */
export function logModelChange(logger: Logger, change: ModelChange): void {
  switch (change.type) {
    case 'swapped':
      logger.info(change, 'another version of the model scores');
      break;
    case 'swapFailed': {
      const { error, ...rest } = change;
      const { code, message, remedy } = error;
      logger.error({ ...rest, code, message, remedy }, 'a version cannot be brought in; what scored goes on');
      break;
    }
    case 'trialStarted':
      logger.info(change, 'a version is on trial');
      break;
    case 'trial': {
      const { error, ...rest } = change;
      if (error === undefined) logger.trace(rest, 'the version on trial has scored');
      else
        logger.warn(
          { ...rest, code: error.code, message: error.message },
          'the version on trial has failed; the live one scored its texts',
        );
      break;
    }
    case 'trialEnded': {
      const { agreeing, difference, ...rest } = change;
      const { kind, texts } = change;
      const compared = kind === 'shadow' && texts > 0;
      const means = compared && { agreement: agreeing / texts, meanDifference: difference / texts };
      logger.info({ ...rest, ...means }, 'the trial is over');
    }
  }
}
