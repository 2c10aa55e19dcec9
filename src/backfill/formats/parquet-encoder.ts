import { deserialize, serialize } from 'node:v8';
import type { RowGroup } from 'hyparquet';
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { Column, ScoredRow } from '../scored-row.js';
import type { Encoder, Written } from './encoder.js';

/** Windows in a row group: some 16,000 rows. */
const WINDOWS = 16;

const TYPES = { text: 'STRING', number: 'DOUBLE', time: 'TIMESTAMP', boolean: 'BOOLEAN' } as const;

/** One row group a piece. The file's end lists them all, so the notes of a piece are what it says of its group. */
export function parquetEncoder(columns: readonly Column[], { bytes, notes }: Written): Encoder {
  const buffer = new ByteWriter();
  const writer = new ParquetWriter({
    writer: buffer,
    schema: schemaFromColumnData({ columnData: columns.map((column) => columnData(column, [])) }),
    createdBy: 'moodtape',
  });
  const take = () => {
    const taken = buffer.getBytes().slice();
    buffer.index = 0;
    return taken;
  };
  const head = take();
  if (bytes > 0) buffer.offset = bytes;
  for (const note of notes) {
    const group: RowGroup = deserialize(Buffer.from(note, 'base64'));
    writer.row_groups.push(group);
    writer.num_rows += group.num_rows;
  }
  return {
    windows: WINDOWS,
    head,
    encode(rows) {
      writer.write({
        columnData: columns.map((column) => columnData(column, rows)),
        rowGroupSize: rows.length,
      });
      // Nothing of a column is left for the end of the file.
      writer.pendingIndexes = [];
      return { bytes: take(), notes: serialize(writer.row_groups.at(-1)).toString('base64') };
    },
    tail() {
      writer.finish();
      return take();
    },
  };
}

function columnData(column: Column, rows: readonly ScoredRow[]) {
  const { name, type } = column;
  const nullable = type === 'time' || type === 'number';
  return { name, data: valuesOf(column, rows), type: TYPES[type], nullable, offsetIndex: false };
}

function valuesOf(
  { type, of }: Column,
  rows: readonly ScoredRow[],
): (string | number | boolean | Date | null)[] {
  if (type === 'time') return rows.map(of).map((time) => (time === null ? null : new Date(time)));
  return rows.map((row) => of(row));
}
