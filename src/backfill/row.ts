import type { Domain } from '../codec/sentiment.js';
import type { MoodtapeError } from '../errors.js';
import type { FileRecord } from './record.js';

/** A text of an archive. */
export interface ArchivedText {
  readonly id: string;
  /** Not normalised; begins with the title. */
  readonly text: string;
  readonly domain: Domain;
  /** What the row itself says that it is about, in its own notation. */
  readonly symbols: readonly string[];
  /** Milliseconds since the epoch; null where the row does not say. */
  readonly publishedAt: number | null;
}

/** One row of an archive. */
export interface Row extends Pick<FileRecord, 'place' | 'size' | 'original'> {
  /** What it holds, or why it cannot be read. */
  readonly content: ArchivedText | MoodtapeError;
  /** Name of the shape that it was read by. */
  readonly shape?: string;
}
