import type { Context, ErrorHandler } from 'hono';
import { type ErrorCode, MoodtapeError, messageOf } from '../errors.js';
import type { Logger } from '../observe/logger.js';
import type { Failure } from './api/answers.js';

type Status = 400 | 401 | 403 | 404 | 405 | 429 | 500 | 503;

/** Why a request gets no answer. */
export class Refusal extends MoodtapeError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly status: Status,
    code: ErrorCode,
    message: string,
    options: { readonly remedy?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(code, message, options);
    this.headers = options.headers ?? {};
  }
}

/** Answers with what went wrong; what nobody foresaw is logged, and the client learns nothing of it. */
export function failureHandler(logger: Logger): ErrorHandler {
  return (error, c) => {
    if (error instanceof Refusal) return answer(c, error, error.status, error.headers);
    logger.warn({ path: c.req.path, message: messageOf(error) }, 'the dashboard could not answer');
    // The view or the log is away, or refuses.
    if (error instanceof MoodtapeError) return answer(c, error, 503);
    return answer(c, new MoodtapeError('MT_INTERNAL', 'the request could not be answered'), 500);
  };
}

function answer(
  c: Context,
  { code, message, remedy }: MoodtapeError,
  status: Status,
  headers = {},
): Response {
  const failure: Failure = { error: { code, message, remedy } };
  return c.json(failure, status, headers);
}
