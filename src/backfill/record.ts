import type { MoodtapeError } from '../errors.js';

/** Where a record stands. */
export interface Place {
  readonly file: string;
  /** Of the record in its file, from 1. */
  readonly row: number;
  /** The line that it begins in, from 1; only files of lines have it. */
  readonly line?: number;
}

/** Values by column. */
export type Fields = Readonly<Record<string, unknown>>;

/** One record of a file, before anybody knows what its columns mean. */
export interface FileRecord {
  readonly place: Place;
  /** The columns that were asked for, or why they cannot be read. */
  readonly fields: Fields | MoodtapeError;
  /** Bytes, or something near it. */
  readonly size: number;
  /** As it stands in the file, to be shown with a row that is rejected. */
  readonly original: () => unknown;
}

/** Says which columns of a file are wanted. */
export type Select = (columns: readonly string[]) => readonly string[];
