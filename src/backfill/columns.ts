import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { MoodtapeError, messageOf } from '../errors.js';
import { FIELDS, type Field } from './shapes/shape.js';

/** The columns that a user names, before those of any shape; an empty name says that no column has the field. */
export type ColumnNames = Readonly<Partial<Record<Field, string | undefined>>>;

const columnNamesSchema = z.partialRecord(z.enum(FIELDS), z.string());

/**
 * Reads `text=content,publishedAt=ctime`, or a YAML file with the same fields as keys.
 *
 * @throws MoodtapeError MT_CONFIG when a field is unknown, MT_FILE when the file cannot be read.
 */
export async function parseColumns(text: string): Promise<ColumnNames> {
  const named = columnNamesSchema.safeParse(text.includes('=') ? pairs(text) : await mapping(text));
  if (named.success) return named.data;
  throw new MoodtapeError('MT_CONFIG', `--columns ${text} names what no row has`, {
    remedy: `name the columns of ${FIELDS.join(', ')}, as in text=content,publishedAt=ctime`,
  });
}

function pairs(text: string): unknown {
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [field = '', ...column] = pair.split('=');
      return [field.trim(), column.join('=').trim()];
    }),
  );
}

async function mapping(file: string): Promise<unknown> {
  try {
    return parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new MoodtapeError('MT_FILE', `cannot read ${file}: ${messageOf(cause)}`, { cause });
  }
}
