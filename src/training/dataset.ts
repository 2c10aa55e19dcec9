import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { parse } from 'csv-parse';
import { z } from 'zod';
import { asMoodtapeError, MoodtapeError, messageOf } from '../errors.js';

/** A labelled text. */
export interface Example {
  readonly id: string;
  readonly text: string;
  /** Index into the labels. */
  readonly label: number;
  /** News, forum, …; empty when neither a column nor the folder says it. */
  readonly domain: string;
  readonly source: string;
}

export interface ReadOptions {
  /** What a text counts as whose label is none of the labels; an error when left out. */
  readonly unknownLabel?: string | undefined;
}

const rowSchema = z.object({
  id: z.string(),
  text: z.string().min(1),
  label: z.string(),
  domain: z.string().optional(),
  source: z.string().default(''),
});

/**
 * Reads CSV files with the columns id, text, label and, where there are, domain and source. A label is a name or its
 * number, from 0. A file `<domain>/train.csv`, `valid.csv` or `test.csv` needs no column for the domain (as FinNF is
 * published).
 *
 * @throws MoodtapeError MT_DATA with the file and the line, MT_CONFIG when `unknownLabel` is none of the labels.
 */
export async function readExamples(
  files: readonly string[],
  labels: readonly string[],
  { unknownLabel }: ReadOptions = {},
): Promise<Example[]> {
  if (unknownLabel !== undefined && !labels.includes(unknownLabel)) {
    throw new MoodtapeError('MT_CONFIG', `${unknownLabel} is none of the labels ${labels.join(', ')}`);
  }
  const examples: Example[] = [];
  for (const file of files) {
    const rows = parse({ columns: true, bom: true, info: true });
    createReadStream(file)
      .on('error', (error) => rows.destroy(error))
      .pipe(rows);
    try {
      for await (const item of rows) examples.push(exampleOf(item, file, labels, unknownLabel));
    } catch (error) {
      if (error instanceof MoodtapeError) throw error;
      throw new MoodtapeError('MT_DATA', `${file}: ${messageOf(error)}`, { cause: error });
    }
  }
  if (examples.length === 0) throw new MoodtapeError('MT_DATA', `no examples in ${files.join(', ')}`);
  return examples;
}

/**
 * Writes a CSV file that `readExamples` reads.
 *
 * @throws MoodtapeError MT_FILE when it cannot be written.
 */
export async function writeExamples(
  file: string,
  examples: readonly Example[],
  labels: readonly string[],
): Promise<void> {
  const rows = examples.map(({ id, text, label, domain, source }) => [
    id,
    text,
    labels[label] ?? '',
    domain,
    source,
  ]);
  const lines = [['id', 'text', 'label', 'domain', 'source'], ...rows].map((row) =>
    row.map(quoted).join(','),
  );
  await writeFile(file, `${lines.join('\n')}\n`).catch((error) => {
    throw asMoodtapeError(error, 'MT_FILE');
  });
}

/** RFC 4180. */
function quoted(field: string): string {
  return /[",\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

const itemSchema = z.object({ info: z.object({ lines: z.number() }), record: z.unknown() });

function exampleOf(
  item: unknown,
  file: string,
  labels: readonly string[],
  unknownLabel: string | undefined,
): Example {
  const { info, record } = itemSchema.parse(item);
  const row = rowSchema.safeParse(record);
  if (!row.success) {
    const issue = row.error.issues[0];
    throw new MoodtapeError(
      'MT_DATA',
      `${file}:${info.lines}: column ${issue?.path.join('.')}: ${issue?.message}`,
    );
  }
  const label = labelOf(row.data.label, labels) ?? labels.indexOf(unknownLabel ?? '');
  if (label < 0) {
    throw new MoodtapeError(
      'MT_DATA',
      `${file}:${info.lines}: label ${row.data.label} is none of ${labels.join(', ')}`,
      { remedy: 'correct the label, or say with --unknown-label what such texts count as' },
    );
  }
  return { ...row.data, label, domain: row.data.domain ?? domainOf(file) };
}

function labelOf(written: string, labels: readonly string[]): number | undefined {
  const name = labels.indexOf(written);
  if (name >= 0) return name;
  return /^\d+$/.test(written) && Number(written) < labels.length ? Number(written) : undefined;
}

function domainOf(file: string): string {
  return /^(?:train|valid|test)\.csv$/.test(basename(file)) ? basename(dirname(resolve(file))) : '';
}
