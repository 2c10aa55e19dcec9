import type { Row } from './row.js';

/** Rows that are read ahead, planned and written together. */
const ROWS = 1024;
/** Bytes after which a window ends however few rows it has: what bounds the memory. */
const BYTES = 8 * 2 ** 20;

/** Rows that stand together. */
export interface Window {
  readonly rows: readonly Row[];
  /** Rows of the whole input up to its end. */
  readonly end: number;
}

/**
 * Cuts rows into windows. Where one begins follows from the rows alone, and a window is always scored whole: so a run that
 * goes on where another stopped makes the same batches, hence the same bytes.
 */
export async function* windowsOf(rows: AsyncIterable<Row>): AsyncGenerator<Window> {
  let window: Row[] = [];
  let bytes = 0;
  let end = 0;
  for await (const row of rows) {
    window.push(row);
    bytes += row.size;
    end += 1;
    if (window.length < ROWS && bytes < BYTES) continue;
    yield { rows: window, end };
    window = [];
    bytes = 0;
  }
  if (window.length > 0) yield { rows: window, end };
}
