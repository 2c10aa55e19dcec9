import { Readable } from 'node:stream';
import { readRecords } from './formats/readers.js';
import type { Row } from './row.js';
import { type ReadingOptions, RowReader } from './row-reader.js';
import type { Source } from './source.js';

/** Files that are read at the same time. */
const OPEN_FILES = 4;
/** Rows that are handed on together, and their bytes: what one file is read ahead by, three times at most. */
const GROUP_ROWS = 256;
const GROUP_BYTES = 2 ** 20;

/** All rows of several sources. */
export interface Archive {
  /** Of all sources together, as they lie on disk. */
  readonly bytes: number;
  /** Bytes that were read so far. */
  readonly bytesRead: () => number;
  /** In the order of the sources; to be read once. */
  readonly rows: AsyncIterable<Row>;
}

/** Opens sources to be read side by side, a few at a time; their rows come one source after the other. */
export function openArchive(sources: readonly Source[], options: ReadingOptions): Archive {
  let bytesRead = 0;
  const onRead = (bytes: number) => {
    bytesRead += bytes;
  };
  async function* rows(): AsyncGenerator<Row> {
    const waiting = sources.values();
    const open: Readable[] = [];
    const openNext = () => {
      const { value: source } = waiting.next();
      if (source !== undefined) open.push(ahead(rowsOf(source, options, onRead)));
    };
    try {
      for (let i = 0; i < OPEN_FILES; i += 1) openNext();
      for (let next = open[0]; next !== undefined; next = open[0]) {
        for await (const group of next) yield* group;
        open.shift();
        openNext();
      }
    } finally {
      for (const stream of open) stream.destroy();
    }
  }
  const bytes = sources.reduce((sum, source) => sum + source.bytes, 0);
  return { bytes, bytesRead: () => bytesRead, rows: rows() };
}

/** The rows of one source. */
export async function* rowsOf(
  source: Source,
  options: ReadingOptions,
  onRead?: (bytes: number) => void,
): AsyncGenerator<Row> {
  const reader = new RowReader(source.name, options);
  for await (const record of readRecords(source, reader.select, onRead)) {
    yield reader.read(record);
  }
}

/** Begins to read before anybody asks. */
function ahead(rows: AsyncIterable<Row>): Readable {
  const stream = Readable.from(inGroups(rows), { highWaterMark: 2 });
  // Whoever reads it gets the error, when its turn comes; until then it is not an unhandled one.
  stream.on('error', () => {});
  stream.read(0);
  return stream;
}

async function* inGroups(rows: AsyncIterable<Row>): AsyncGenerator<Row[]> {
  let group: Row[] = [];
  let bytes = 0;
  for await (const row of rows) {
    group.push(row);
    bytes += row.size;
    if (group.length < GROUP_ROWS && bytes < GROUP_BYTES) continue;
    yield group;
    group = [];
    bytes = 0;
  }
  if (group.length > 0) yield group;
}
