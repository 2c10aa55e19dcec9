import { MoodtapeError } from '../errors.js';

export const FORMATS = ['csv', 'tsv', 'ndjson', 'parquet'] as const;
export type FormatName = (typeof FORMATS)[number];

export type CompressionName = 'gz' | 'zst';

/** What a file is, as the end of its name says. */
export interface Kind {
  readonly format: FormatName;
  readonly compression?: CompressionName;
}

const ENDING = /(?:^|\.)(csv|tsv|ndjson|jsonl|parquet)(?:\.(gz|zst))?$/;

/**
 * The kind of a file by its name, `news.csv.gz`, or by the end of it alone, `csv.gz`.
 *
 * @throws MoodtapeError MT_FILE when it is none that can be read and written.
 */
export function kindOf(name: string): Kind {
  const [, ending, compression] = ENDING.exec(name.toLowerCase()) ?? [];
  const format = FORMATS.find((one) => one === (ending === 'jsonl' ? 'ndjson' : ending));
  if (format === undefined) {
    throw new MoodtapeError('MT_FILE', `${name} is of an unknown kind`, {
      remedy:
        'name files that end in .csv, .tsv, .ndjson or .jsonl, also with .gz or .zst behind, or in .parquet',
    });
  }
  if (compression === undefined) return { format };
  if (format === 'parquet') {
    throw new MoodtapeError('MT_FILE', `${name}: a Parquet file is compressed within, not as a whole`, {
      remedy: 'unpack it, and let its name end in .parquet',
    });
  }
  return { format, compression: compression === 'gz' ? 'gz' : 'zst' };
}
