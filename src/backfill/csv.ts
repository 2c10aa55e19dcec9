import { pipeline, Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import { MoodtapeError } from '../errors.js';
import { attempt, type ColumnNames, type Content, decodeUtf8, findColumns, type Row } from './row.js';

/** A longer row is a quote that was never closed. */
const MAX_ROW_BYTES = 16 * 2 ** 20;

type Fields = readonly Buffer[];

interface CsvRecord {
  readonly record: Fields;
  /** `lines`: the line that the record ends in. */
  readonly info: { readonly lines: number };
}

/**
 * The rows of a CSV file with a header. Fields stay bytes until they are needed, so that broken UTF-8 makes one bad row
 * and not a bad file. Without a column for ids, a row's number in the file is its id.
 *
 * @throws MoodtapeError MT_DATA when a column is missing, or a row is larger than 16 MB.
 */
export async function* readCsv(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  names: ColumnNames,
  delimiter: string,
): AsyncGenerator<Row> {
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
  let read: ((fields: Fields, number: number) => Content) | undefined;
  let number = 0;
  let end = 0;
  for await (const { record, info } of records) {
    end = info.lines;
    if (read === undefined) {
      read = fieldReader(file, record, names);
      continue;
    }
    const content = read;
    number += 1;
    yield { file, line: end - newlines(record), content: attempt(() => content(record, number)) };
  }
  for (const content of broken) yield { file, line: end + 1, content };
}

/** Only a quote that is never closed gets here: it swallows the rest of the file. */
function brokenRow(file: string, error: CsvError | undefined): MoodtapeError {
  const options = { cause: error, remedy: 'close the quote' };
  if (error?.code !== 'CSV_MAX_RECORD_SIZE') {
    return new MoodtapeError('MT_DATA', 'a quote is never closed', options);
  }
  throw new MoodtapeError('MT_DATA', `${file}:${error.lines} ends a row of more than 16 MB`, options);
}

function fieldReader(file: string, header: Fields, names: ColumnNames) {
  const columns = header.map((field) => decodeUtf8(field).trim());
  const { id, text } = findColumns(columns, names);
  const idColumn = id === undefined ? undefined : columnOf(id, columns, file, '--id');
  const textColumn = columnOf(text, columns, file, '--text');
  return (fields: Fields, number: number): Content => {
    if (fields.length !== columns.length) {
      throw new MoodtapeError('MT_DATA', `${fields.length} fields, the header has ${columns.length}`, {
        remedy: 'put fields that hold a comma or a line break in quotes',
      });
    }
    const field = (column: number) => decodeUtf8(fields[column] ?? Buffer.alloc(0));
    return { id: idColumn === undefined ? String(number) : field(idColumn), text: field(textColumn) };
  };
}

function columnOf(name: string | undefined, columns: readonly string[], file: string, flag: string): number {
  const column = name === undefined ? -1 : columns.indexOf(name);
  if (column >= 0) return column;
  const what = name === undefined ? 'none that holds the text' : `no ${name}`;
  throw new MoodtapeError('MT_DATA', `${file} has the columns ${columns.join(', ')}, but ${what}`, {
    remedy: `name the column with ${flag}`,
  });
}

function newlines(fields: Fields): number {
  let count = 0;
  for (const field of fields) {
    for (let at = field.indexOf(10); at >= 0; at = field.indexOf(10, at + 1)) count += 1;
  }
  return count;
}
