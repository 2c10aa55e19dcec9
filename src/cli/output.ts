import { once } from 'node:events';
import Table from 'cli-table3';
import pc from 'picocolors';
import { QuietEnd } from './failure.js';
import { brokenPipe } from './signals.js';

/**
 * Writes a line to stdout; the promise holds a fast producer back when the reader is slow.
 *
 * @throws QuietEnd when the reader has gone away.
 */
export async function print(line: string): Promise<void> {
  if (brokenPipe.aborted) throw new QuietEnd('done');
  if (process.stdout.write(`${line}\n`)) return;
  const over = new AbortController();
  const { signal } = over;
  await Promise.race([
    once(process.stdout, 'drain', { signal }),
    once(brokenPipe, 'abort', { signal }),
  ]).finally(() => over.abort());
}

/** One JSON value a line: what `--json` promises. */
export async function printJson(value: unknown): Promise<void> {
  await print(JSON.stringify(value));
}

export type Cell = string | number;

/**
 * A table without frames, and without a head when all its titles are empty, its columns aligned by display width (a Chinese character is two wide).
 *
 * @param widths of the columns that are cut, by their index
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  widths: Readonly<Record<number, number>> = {},
): string {
  const none = '';
  const grid = new Table({
    head: head.some((title) => title !== '') ? head.map((title) => pc.dim(title)) : [],
    colWidths: head.map((_, column) => widths[column] ?? null),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: {
      top: none,
      'top-mid': none,
      'top-left': none,
      'top-right': none,
      bottom: none,
      'bottom-mid': none,
      'bottom-left': none,
      'bottom-right': none,
      left: none,
      'left-mid': none,
      mid: none,
      'mid-mid': none,
      right: none,
      'right-mid': none,
      middle: none,
    },
  });
  for (const row of rows) grid.push([...row]);
  return grid.toString().replace(/[ \t]+$/gm, '');
}

/** A share from 0 to 1 as a bar of eighths of a character. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(Math.min(Math.max(share, 0), 1) * width * 8);
  const rest = eighths % 8;
  const filled = '█'.repeat(Math.floor(eighths / 8)) + (rest === 0 ? '' : (' ▏▎▍▌▋▊▉'[rest] ?? ''));
  return filled.padEnd(width);
}
