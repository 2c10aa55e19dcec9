import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { type ErrorCode, MoodtapeError, messageOf } from '../errors.js';
import type { Logger } from '../observe/logger.js';
import type { Failure } from './api/answers.js';

type Status = 400 | 401 | 403 | 404 | 405 | 429 | 500 | 503;

/** Why a request gets no answer, to be thrown. */
export function refusal(status: Status, code: ErrorCode, message: string, remedy?: string): HTTPException {
  const cause = new MoodtapeError(code, message, remedy === undefined ? {} : { remedy });
  return new HTTPException(status, { message, cause });
}

/** Answers with what went wrong; what nobody foresaw is logged, and the client learns nothing of it. */
export function failureHandler(logger: Logger) {
  return (error: unknown, c: Context): Response => {
    if (error instanceof HTTPException && error.cause instanceof MoodtapeError) {
      return c.json(failureOf(error.cause), error.status);
    }
    logger.warn({ path: c.req.path, message: messageOf(error) }, 'the dashboard could not answer');
    // The view or the log is away, or refuses.
    if (error instanceof MoodtapeError) return c.json(failureOf(error), 503);
    return c.json(failureOf(new MoodtapeError('MT_INTERNAL', 'the request could not be answered')), 500);
  };
}

function failureOf({ code, message, remedy }: MoodtapeError): Failure {
  return { error: { code, message, remedy } };
}
