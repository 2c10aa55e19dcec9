import { open } from 'node:fs/promises';
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type RowGroup,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { MoodtapeError, messageOf } from '../../errors.js';
import { attempt } from '../attempt.js';
import type { Fields, FileRecord, Select } from '../record.js';
import { decodeUtf8 } from '../utf8.js';

/** Bytes of unpacked columns that are read at a time, where the pages of the file allow it. */
const SLICE_BYTES = 16 * 2 ** 20;
/** A row group with larger columns is not read: the packed columns lie in memory as a whole. */
const MAX_GROUP_BYTES = 512 * 2 ** 20;

/**
 * The rows of a Parquet file, a slice of a row group at a time.
 *
 * @throws MoodtapeError MT_FILE when the file is damaged, MT_DATA when a row group is too large for its columns to be read.
 */
export async function* readParquet(
  file: string,
  select: Select,
  onRead: (bytes: number) => void,
): AsyncGenerator<FileRecord> {
  const handle = await open(file).catch((cause) => {
    throw unreadable(file, cause);
  });
  try {
    const { size } = await handle.stat();
    const buffer: AsyncBuffer = {
      byteLength: size,
      slice: async (start, end = size) => {
        const bytes = new Uint8Array(end - start);
        await handle.read(bytes, 0, bytes.length, start);
        return bytes.buffer;
      },
    };
    yield* readRows(file, buffer, select, onRead);
  } finally {
    await handle.close();
  }
}

async function* readRows(
  file: string,
  buffer: AsyncBuffer,
  select: Select,
  onRead: (bytes: number) => void,
): AsyncGenerator<FileRecord> {
  const metadata = await parquetMetadataAsync(buffer).catch((cause) => {
    throw unreadable(file, cause);
  });
  const columns = [...select(parquetSchema(metadata).children.map(({ element }) => element.name))];
  const local = localTimes(metadata);
  let row = 0;
  for (const group of metadata.row_groups) {
    const end = row + Number(group.num_rows);
    const step = sliceRows(file, group, columns);
    while (row < end) {
      const rowEnd = Math.min(end, row + step);
      const slice = { file: buffer, metadata, columns, compressors, parsers, rowStart: row, rowEnd };
      const found = await parquetReadObjects({ ...slice, useOffsetIndex: true }).catch((cause) => {
        throw unreadable(file, cause);
      });
      for (const values of found) {
        row += 1;
        const fields = attempt(() => fieldsOf(values, local));
        yield { place: { file, row }, fields, size: sizeOf(values), original: () => original(values) };
      }
      // A group that says it has more rows than it has.
      if (row < rowEnd) throw unreadable(file, new Error(`row ${row + 1} is missing`));
    }
    onRead(Number(group.total_compressed_size ?? packedBytes(group)));
  }
}

/** Columns of times without a zone, as pandas writes them: read as the text that they stand for. */
function localTimes({ schema }: FileMetaData): ReadonlySet<string> {
  const local = schema.filter(
    ({ logical_type: type, converted_type: converted }) =>
      converted === 'DATE' || type?.type === 'DATE' || (type?.type === 'TIMESTAMP' && !type.isAdjustedToUTC),
  );
  return new Set(local.map(({ name }) => name));
}

/** Broken text makes one bad row and not a bad file: its error takes its place. */
const parsers = {
  stringFromBytes: (bytes: Uint8Array | undefined) => bytes && attempt(() => decodeUtf8(bytes)),
};

function fieldsOf(values: Fields, local: ReadonlySet<string>): Fields {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value instanceof MoodtapeError) throw value;
    fields[name] = value instanceof Date && local.has(name) ? withoutZone(value) : value;
  }
  return fields;
}

/** `2024-01-05 09:30:00.000` */
function withoutZone(time: Date): string {
  return Number.isNaN(time.getTime()) ? '' : time.toISOString().slice(0, -1).replace('T', ' ');
}

function sizeOf(values: Fields): number {
  return Object.values(values).reduce<number>(
    (sum, value) => sum + (typeof value === 'string' ? value.length : 8),
    0,
  );
}

function original(values: Fields): unknown {
  const shown = Object.entries(values).map(([name, value]) => [
    name,
    value instanceof MoodtapeError ? null : typeof value === 'bigint' ? value.toString() : value,
  ]);
  return Object.fromEntries(shown);
}

/** How many rows of a group to read at a time. */
function sliceRows(file: string, group: RowGroup, columns: readonly string[]): number {
  const packed = packedBytes(group, columns);
  if (packed > MAX_GROUP_BYTES) {
    throw new MoodtapeError('MT_DATA', `${file} has a row group of ${Math.round(packed / 2 ** 20)} MB`, {
      remedy: 'write it with smaller row groups, of 100,000 rows for example',
    });
  }
  let bytes = 0;
  for (const { meta_data: column } of group.columns) {
    if (column !== undefined && columns.includes(column.path_in_schema[0] ?? '')) {
      bytes += Number(column.total_uncompressed_size);
    }
  }
  const rows = Number(group.num_rows);
  return Math.max(1, Math.ceil(rows / Math.max(1, Math.ceil(bytes / SLICE_BYTES))));
}

function packedBytes({ columns }: RowGroup, wanted?: readonly string[]): number {
  return columns
    .map(({ meta_data }) => meta_data)
    .filter((column) => column !== undefined)
    .filter(({ path_in_schema: [name = ''] }) => wanted?.includes(name) ?? true)
    .reduce((sum, { total_compressed_size: size }) => sum + Number(size), 0);
}

function unreadable(file: string, cause: unknown): MoodtapeError {
  if (cause instanceof MoodtapeError) return cause;
  return new MoodtapeError('MT_FILE', `cannot read ${file}: ${messageOf(cause)}`, { cause });
}
