import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { MoodtapeError, messageOf } from '../errors.js';
import { innerName, readBytes } from './bytes.js';
import { readCsv } from './csv.js';
import { readNdjson } from './ndjson.js';
import type { ColumnNames, Row } from './row.js';

type Reader = (file: string, bytes: AsyncIterable<Uint8Array>, names: ColumnNames) => AsyncGenerator<Row>;

const READERS: ReadonlyMap<string, Reader> = new Map([
  ['.csv', (file, bytes, names) => readCsv(file, bytes, names, ',')],
  ['.tsv', (file, bytes, names) => readCsv(file, bytes, names, '\t')],
  ['.ndjson', readNdjson],
  ['.jsonl', readNdjson],
]);

/** Input files of a backfill, read one after the other. */
export interface Input {
  /** Of all files together, as they lie on disk. */
  readonly bytes: number;
  /** Bytes that were read so far. */
  readonly bytesRead: () => number;
  readonly rows: AsyncIterable<Row>;
}

/** @throws MoodtapeError MT_FILE when a file is not there, or is of an unknown kind. */
export async function openInput(files: readonly string[], names: ColumnNames): Promise<Input> {
  const readers = files.map((file) => ({ file, read: readerOf(file) }));
  let bytes = 0;
  for (const file of files) bytes += await sizeOf(file);
  let bytesRead = 0;
  const count = (read: number) => {
    bytesRead += read;
  };
  async function* rows(): AsyncGenerator<Row> {
    for (const { file, read } of readers) yield* read(file, readBytes(file, count), names);
  }
  return { bytes, bytesRead: () => bytesRead, rows: rows() };
}

function readerOf(file: string): Reader {
  const reader = READERS.get(extname(innerName(file)));
  if (reader !== undefined) return reader;
  throw new MoodtapeError('MT_FILE', `${file} is of an unknown kind`, {
    remedy: `give files that end in ${[...READERS.keys()].join(', ')}, or in one of these and .gz or .zst`,
  });
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (cause) {
    throw new MoodtapeError('MT_FILE', `cannot read ${file}: ${messageOf(cause)}`, { cause });
  }
}
