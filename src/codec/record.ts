import type { z } from 'zod';
import { MoodtapeError } from '../errors.js';

/** @throws MoodtapeError MT_RECORD naming the first field that is not as `shape` says. */
export function checked<T>(shape: z.ZodType<T>, value: unknown): T {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.map(String).join('.') || 'the record';
  throw new MoodtapeError('MT_RECORD', `${field}: ${issue?.message}`);
}

/** @throws MoodtapeError MT_RECORD for a record without a value (a tombstone). */
export function requireValue(value: Uint8Array | null): Uint8Array {
  if (value === null) throw new MoodtapeError('MT_RECORD', 'the record has no value');
  return value;
}
