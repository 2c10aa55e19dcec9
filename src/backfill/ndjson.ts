import { z } from 'zod';
import { MoodtapeError, messageOf } from '../errors.js';
import { splitLines } from './lines.js';
import { attempt, type ColumnNames, type Content, decodeUtf8, findColumns, type Row } from './row.js';

const objectSchema = z.record(z.string(), z.unknown());
const textSchema = z.string();
const idSchema = z.union([z.string().min(1), z.number().transform(String)]);

/** The rows of a file with one JSON object a line. Without an id in any usual key, the line's number is the id. */
export async function* readNdjson(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  names: ColumnNames,
): AsyncGenerator<Row> {
  let line = 0;
  for await (const raw of splitLines(bytes)) {
    line += 1;
    const number = line;
    const content = attempt(() => readLine(decodeUtf8(raw), number, names));
    if (raw.length > 0) yield { file, line, content };
  }
}

function readLine(text: string, number: number, names: ColumnNames): Content {
  const value = objectSchema.safeParse(parseJson(text));
  if (!value.success) throw new MoodtapeError('MT_RECORD', 'not a JSON object');
  const keys = findColumns(Object.keys(value.data), names);
  const field = <T>(key: string | undefined, schema: z.ZodType<T>, what: string): T => {
    const found = schema.safeParse(key === undefined ? undefined : value.data[key]);
    if (found.success) return found.data;
    throw new MoodtapeError('MT_RECORD', `no ${what}${key === undefined ? '' : ` in the key ${key}`}`);
  };
  const id = keys.id === undefined ? String(number) : field(keys.id, idSchema, 'id');
  return { id, text: field(keys.text, textSchema, 'text') };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MoodtapeError('MT_JSON', `not valid JSON: ${messageOf(cause)}`, { cause });
  }
}
