import type { Codec } from '../codec/codec.js';
import { MoodtapeError } from '../errors.js';
import type { Logger } from '../observe/logger.js';
import type { Poll } from '../transport/transport.js';

export interface Entry<T> {
  readonly partition: number;
  readonly offset: bigint;
  readonly value: T;
}

/** The values of a poll of a topic that moodtape writes itself. What somebody else wrote there is skipped, with a warning. */
export async function decodePoll<T>(
  { records }: Pick<Poll, 'records'>,
  codec: Codec<T>,
  logger: Logger,
): Promise<Entry<T>[]> {
  await Promise.all(records.map(({ value }) => value && codec.prepare?.(value)));
  return records.flatMap(({ topic, partition, offset, value }) => {
    try {
      return [{ partition, offset, value: codec.decode(value ?? new Uint8Array(0)) }];
    } catch (error) {
      if (!(error instanceof MoodtapeError)) throw error;
      const { code, message } = error;
      logger.warn({ topic, partition, offset: String(offset), code, message }, 'skipped a record');
      return [];
    }
  });
}
