import pc from 'picocolors';
import { rowsOf } from '../backfill/archive.js';
import type { Row } from '../backfill/row.js';
import type { ReadingOptions } from '../backfill/row-reader.js';
import type { Source } from '../backfill/source.js';
import { MoodtapeError } from '../errors.js';
import { print, printJson, table } from './output.js';

/** Rows of each file that are shown. */
const ROWS = 5;
const TEXT_WIDTH = 60;

/** Shows the first rows of each source as a backfill would read them. */
export async function previewSources(
  sources: readonly Source[],
  options: ReadingOptions,
  json: boolean,
): Promise<void> {
  for (const source of sources) {
    const rows: Row[] = [];
    for await (const row of rowsOf(source, options)) {
      if (rows.push(row) === ROWS) break;
    }
    if (json) for (const row of rows) await printJson(asJson(row));
    else await print(preview(source.name, rows));
  }
}

function preview(name: string, rows: readonly Row[]): string {
  const shapes = [...new Set(rows.flatMap(({ shape }) => shape ?? []))];
  const title = `${pc.bold(name)}  ${shapes.length === 0 ? '' : `read as ${shapes.join(', ')}`}`;
  const head = ['', 'id', 'published', 'domain', 'symbols', 'text'];
  return `${title}\n${table(head, rows.map(cells), { 5: TEXT_WIDTH })}\n`;
}

function cells({ place, content }: Row): string[] {
  const at = String(place.line ?? place.row);
  if (content instanceof MoodtapeError) {
    return [at, pc.red(content.code), '', '', '', content.message];
  }
  const { id, publishedAt, domain, symbols, text } = content;
  return [at, id, publishedAt === null ? '' : iso(publishedAt), domain, symbols.join(' '), text];
}

function asJson({ place, shape, content }: Row) {
  if (content instanceof MoodtapeError)
    return { ...place, shape, code: content.code, message: content.message };
  const { publishedAt } = content;
  return { ...place, shape, ...content, publishedAt: publishedAt === null ? null : iso(publishedAt) };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
