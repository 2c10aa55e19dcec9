import type { FormatName } from '../kind.js';
import type { Column } from '../scored-row.js';
import type { Encoder, Written } from './encoder.js';
import { delimitedEncoder, ndjsonEncoder } from './text-encoders.js';

type MakeEncoder = (columns: readonly Column[], written: Written) => Encoder | Promise<Encoder>;

const ENCODERS: Readonly<Record<FormatName, MakeEncoder>> = {
  csv: (columns) => delimitedEncoder(columns, ','),
  tsv: (columns) => delimitedEncoder(columns, '\t'),
  ndjson: ndjsonEncoder,
  parquet: async (columns, written) =>
    (await import('./parquet-encoder.js')).parquetEncoder(columns, written),
};

/** Writes rows of these columns, after what is written already. */
export async function encoderOf(
  format: FormatName,
  columns: readonly Column[],
  written: Written,
): Promise<Encoder> {
  return ENCODERS[format](columns, written);
}
