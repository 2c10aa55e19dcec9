import type { Codec } from '../codec/codec.js';
import { decodeLabel, type LabelledText } from '../codec/label.js';
import { asMoodtapeError, type ErrorCode, MoodtapeError } from '../errors.js';
import type { Batch } from '../fence.js';
import { deadLetter } from '../flow/dead-letter.js';
import { normalise } from '../text/normalise.js';
import type { LogRecord, OutgoingRecord, Poll } from '../transport/transport.js';

/** What a poll of labels holds. */
export interface DecodedLabels {
  /** Their texts are normalised. */
  readonly labels: Batch<LabelledText>;
  readonly deadLetters: readonly OutgoingRecord[];
  /** Dead letters by code. */
  readonly dead: Readonly<Partial<Record<ErrorCode, number>>>;
}

/** @param deadLetters topic of the records that cannot be read */
export async function decodeLabels(
  { topic, partition, records }: Poll,
  codec: Codec,
  deadLetters: string,
): Promise<DecodedLabels> {
  await Promise.all(records.map(({ value }) => value && codec.prepare?.(value)));
  const entries: { offset: bigint; value: LabelledText }[] = [];
  const letters: OutgoingRecord[] = [];
  const dead: Partial<Record<ErrorCode, number>> = {};
  for (const record of records) {
    try {
      entries.push({ offset: record.offset, value: readLabel(record, codec) });
    } catch (cause) {
      const error = asMoodtapeError(cause, 'MT_RECORD');
      const failed = { arrival: { record }, stage: 'decode', error } as const;
      letters.push(deadLetter(deadLetters, failed, Date.now()));
      dead[error.code] = (dead[error.code] ?? 0) + 1;
    }
  }
  return { labels: { topic, partition, entries }, deadLetters: letters, dead };
}

function readLabel({ value }: LogRecord, codec: Codec): LabelledText {
  const label = decodeLabel(value, codec);
  const text = normalise(label.text);
  if (text === '') throw new MoodtapeError('MT_EMPTY_TEXT', 'no text is left after normalising');
  return { ...label, text };
}
