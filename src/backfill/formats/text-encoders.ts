import type { Column, ScoredRow } from '../scored-row.js';
import type { Encoder } from './encoder.js';
import { quoted } from './quoted.js';

const NOTHING = new Uint8Array(0);

/** One JSON object a row. */
export function ndjsonEncoder(): Encoder {
  return lines('', (row) => JSON.stringify(row));
}

/** A header, then one line a row (RFC 4180 but for the line's end). */
export function delimitedEncoder(columns: readonly Column[], delimiter: string): Encoder {
  const line = (cells: readonly string[]) => cells.map((cell) => quoted(cell, delimiter)).join(delimiter);
  const header = `${line(columns.map(({ name }) => name))}\n`;
  return lines(header, (row) => line(columns.map(({ of }) => String(of(row) ?? ''))));
}

function lines(header: string, line: (row: ScoredRow) => string): Encoder {
  return {
    windows: 1,
    head: Buffer.from(header),
    encode: (rows) => ({ bytes: Buffer.from(rows.map((row) => `${line(row)}\n`).join('')) }),
    tail: () => NOTHING,
  };
}
