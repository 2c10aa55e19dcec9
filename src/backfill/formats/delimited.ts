import { pipeline, Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import { MoodtapeError } from '../../errors.js';
import { attempt } from '../attempt.js';
import type { Fields, FileRecord, Select } from '../record.js';
import { decodeUtf8, shown } from '../utf8.js';
import { quoted } from './quoted.js';

/** A longer row is a quote that was never closed. */
const MAX_ROW_BYTES = 16 * 2 ** 20;

type Cells = readonly Buffer[];

interface CsvRecord {
  readonly record: Cells;
  /** `lines`: the line that the record ends in. */
  readonly info: { readonly lines: number };
}

/**
 * The rows of a CSV or TSV file with a header. Cells stay bytes until they are needed, so that broken UTF-8 makes one
 * bad row and not a bad file.
 *
 * @throws MoodtapeError MT_DATA when the header is no header, or a row is larger than 16 MB.
 */
export async function* readDelimited(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  delimiter: string,
  select: Select,
): AsyncGenerator<FileRecord> {
  const broken: MoodtapeError[] = [];
  const options = {
    delimiter,
    encoding: null,
    info: true,
    max_record_size: MAX_ROW_BYTES,
    on_skip: (error: CsvError | undefined) => {
      broken.push(brokenRow(file, error));
      return undefined;
    },
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
  };
  // An error of the source destroys the parser, whose reader then throws it.
  const records: AsyncIterable<CsvRecord> = pipeline(
    Readable.from(bytes, { objectMode: false }),
    parse(options),
    () => {},
  );
  let read: ((cells: Cells) => Fields) | undefined;
  let row = 0;
  let end = 0;
  for await (const { record, info } of records) {
    end = info.lines;
    if (read === undefined) {
      read = cellReader(file, record, select);
      continue;
    }
    const fields = read;
    row += 1;
    yield {
      place: { file, row, line: end - newlines(record) },
      fields: attempt(() => fields(record)),
      size: record.reduce((sum, cell) => sum + cell.length, 0),
      original: () => shown(written(record, delimiter)),
    };
  }
  for (const error of broken) {
    row += 1;
    yield { place: { file, row, line: end + 1 }, fields: error, size: 0, original: () => null };
  }
}

/** Only a quote that is never closed gets here: it swallows the rest of the file. */
function brokenRow(file: string, error: CsvError | undefined): MoodtapeError {
  const options = { cause: error, remedy: 'close the quote' };
  if (error?.code !== 'CSV_MAX_RECORD_SIZE') {
    return new MoodtapeError('MT_DATA', 'a quote is never closed', options);
  }
  throw new MoodtapeError('MT_DATA', `${file}:${error.lines} ends a row of more than 16 MB`, options);
}

function cellReader(file: string, header: Cells, select: Select): (cells: Cells) => Fields {
  const columns = header.map((cell) => headerName(file, cell));
  const twice = columns.find((name, i) => name !== '' && columns.indexOf(name) !== i);
  if (twice !== undefined) throw new MoodtapeError('MT_DATA', `${file} has two columns ${twice}`);
  const wanted = select(columns).map((name) => [name, columns.indexOf(name)] as const);
  return (cells) => {
    if (cells.length !== columns.length) {
      throw new MoodtapeError('MT_DATA', `${cells.length} fields, the header has ${columns.length}`, {
        remedy: 'put fields that hold a comma or a line break in quotes',
      });
    }
    return Object.fromEntries(
      wanted.map(([name, column]) => [name, decodeUtf8(cells[column] ?? Buffer.alloc(0))]),
    );
  };
}

function headerName(file: string, cell: Buffer): string {
  const name = attempt(() => decodeUtf8(cell).trim());
  if (!(name instanceof MoodtapeError)) return name;
  throw new MoodtapeError(name.code, `the header of ${file} is ${name.message}`, { remedy: name.remedy });
}

/** A row as it was written, or as it might have been: which cells had quotes is not known any more. */
function written(cells: Cells, delimiter: string): Buffer {
  const line = cells.map((cell) => quoted(cell.toString('latin1'), delimiter)).join(delimiter);
  return Buffer.from(line, 'latin1');
}

function newlines(cells: Cells): number {
  let count = 0;
  for (const cell of cells) {
    for (let at = cell.indexOf(10); at >= 0; at = cell.indexOf(10, at + 1)) count += 1;
  }
  return count;
}
