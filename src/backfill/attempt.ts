import { MoodtapeError } from '../errors.js';

/** What `read` returns, or the MoodtapeError that it throws. */
export function attempt<T>(read: () => T): T | MoodtapeError {
  try {
    return read();
  } catch (error) {
    if (error instanceof MoodtapeError) return error;
    throw error;
  }
}
