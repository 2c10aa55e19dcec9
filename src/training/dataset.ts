import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { z } from 'zod';
import { MoodtapeError, messageOf } from '../errors.js';

/** A labelled text. */
export interface Example {
  readonly id: string;
  readonly text: string;
  /** Index into the labels. */
  readonly label: number;
  /** News, forum, …; empty when the file has no such column. */
  readonly domain: string;
  readonly source: string;
}

const rowSchema = z.object({
  id: z.string(),
  text: z.string().min(1),
  label: z.string(),
  domain: z.string().default(''),
  source: z.string().default(''),
});

/**
 * Reads CSV files with the columns id, text, label and, where there are, domain and source.
 *
 * @throws MoodtapeError MT_DATA with the file and the line.
 */
export async function readExamples(files: readonly string[], labels: readonly string[]): Promise<Example[]> {
  const examples: Example[] = [];
  for (const file of files) {
    const rows = parse({ columns: true, bom: true, info: true });
    createReadStream(file)
      .on('error', (error) => rows.destroy(error))
      .pipe(rows);
    try {
      for await (const item of rows) examples.push(exampleOf(item, file, labels));
    } catch (error) {
      if (error instanceof MoodtapeError) throw error;
      throw new MoodtapeError('MT_DATA', `${file}: ${messageOf(error)}`, { cause: error });
    }
  }
  if (examples.length === 0) throw new MoodtapeError('MT_DATA', `no examples in ${files.join(', ')}`);
  return examples;
}

const itemSchema = z.object({ info: z.object({ lines: z.number() }), record: z.unknown() });

function exampleOf(item: unknown, file: string, labels: readonly string[]): Example {
  const { info, record } = itemSchema.parse(item);
  const row = rowSchema.safeParse(record);
  if (!row.success) {
    const issue = row.error.issues[0];
    throw new MoodtapeError(
      'MT_DATA',
      `${file}:${info.lines}: column ${issue?.path.join('.')}: ${issue?.message}`,
    );
  }
  const label = labels.indexOf(row.data.label);
  if (label < 0) {
    throw new MoodtapeError(
      'MT_DATA',
      `${file}:${info.lines}: label ${row.data.label} is none of ${labels.join(', ')}`,
    );
  }
  return { ...row.data, label };
}
