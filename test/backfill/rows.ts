import { type Archive, openArchive } from '../../src/backfill/archive.js';
import { findSources } from '../../src/backfill/inputs.js';
import type { ReadingOptions } from '../../src/backfill/row-reader.js';
import { MoodtapeError } from '../../src/errors.js';

export async function archiveOf(
  files: readonly string[],
  options: Partial<ReadingOptions> = {},
): Promise<Archive> {
  return openArchive(await findSources(files), { columns: {}, domain: 'news', ...options });
}

/** `line id: text` or `line CODE` of every row; its number where there are no lines. */
export async function readRows(
  files: string | readonly string[],
  columns: ReadingOptions['columns'] = {},
): Promise<string[]> {
  const { rows } = await archiveOf([files].flat(), { columns });
  const found: string[] = [];
  for await (const { place, content } of rows) {
    const what = content instanceof MoodtapeError ? content.code : `${content.id}: ${content.text}`;
    found.push(`${place.line ?? place.row} ${what}`);
  }
  return found;
}
