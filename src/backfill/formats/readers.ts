import { readBytes } from '../bytes.js';
import type { FormatName } from '../kind.js';
import type { FileRecord, Select } from '../record.js';
import type { Source } from '../source.js';
import { readDelimited } from './delimited.js';
import { readNdjson } from './ndjson.js';

type Read = (
  source: Source,
  select: Select,
  onRead: (bytes: number) => void,
) => AsyncIterable<FileRecord> | Promise<AsyncIterable<FileRecord>>;

const READERS: Readonly<Record<FormatName, Read>> = {
  csv: (source, select, onRead) => readDelimited(source.name, readBytes(source, onRead), ',', select),
  tsv: (source, select, onRead) => readDelimited(source.name, readBytes(source, onRead), '\t', select),
  ndjson: (source, _, onRead) => readNdjson(source.name, readBytes(source, onRead)),
  parquet: async (source, select, onRead) => {
    const { readParquet } = await import('./parquet-reader.js');
    return readParquet(source.name, select, onRead);
  },
};

/**
 * The records of a source.
 *
 * @param onRead told the number of bytes read of it as it lies on disk
 * @throws MoodtapeError MT_FILE, MT_ENCODING or MT_DATA when it cannot be read, and what `select` throws.
 */
export async function* readRecords(
  source: Source,
  select: Select,
  onRead: (bytes: number) => void = () => {},
): AsyncGenerator<FileRecord> {
  yield* await READERS[source.kind.format](source, select, onRead);
}
