import type { ScoredRow } from '../scored-row.js';

/** Writes rows as the bytes of a file, a piece at a time; the same rows in the same pieces give the same bytes. */
export interface Encoder {
  /** Windows of rows that make a piece; the last piece may have fewer. */
  readonly windows: number;
  /** What a file begins with. */
  readonly head: Uint8Array;
  /** `notes` is what the end of the file has to know of the piece. */
  encode(rows: readonly ScoredRow[]): Piece;
  /** What the file ends with, after all pieces. */
  tail(): Uint8Array;
}

export interface Piece {
  readonly bytes: Uint8Array;
  readonly notes?: string;
}

/** What of a file is there already. */
export interface Written {
  /** Bytes, those of the head among them. */
  readonly bytes: number;
  /** The notes of its pieces. */
  readonly notes: readonly string[];
}
