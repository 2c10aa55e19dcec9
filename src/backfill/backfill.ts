import { MoodtapeError } from '../errors.js';
import type { Engine } from '../inference/engine.js';
import { scoreTexts } from '../score-texts.js';
import type { Archive } from './archive.js';
import { Fingerprint } from './fingerprint.js';
import type { Output, WindowOutcome } from './output.js';
import { rejectedLine } from './rejected.js';
import { type ScoredRow, scoredRow } from './scored-row.js';
import { type Window, windowsOf } from './windows.js';

export interface BackfillOptions {
  readonly archive: Archive;
  readonly engine: Engine;
  readonly output: Output;
  /** @param bytes of the archive, as it lies on disk, that are done */
  readonly onProgress: (counts: BackfillCounts, bytes: number) => void;
}

/** Rows of the archive that have been worked on, in this run and before. */
export interface BackfillCounts {
  readonly read: number;
  /** Those that an earlier run had done. */
  readonly alreadyDone: number;
  readonly scored: number;
  readonly rejected: number;
}

/**
 * Scores the rows of an archive into a file: each row once, in the order of the input, however often the run is killed
 * and started again. Memory stays bounded: two windows of rows are on their way at most, and what the archive reads ahead.
 *
 * @throws MoodtapeError MT_OUTPUT when the output was made from other rows.
 */
export async function backfill(options: BackfillOptions): Promise<BackfillCounts> {
  const { archive, engine, output, onProgress } = options;
  const { checkpoint } = output;
  const counts = {
    read: checkpoint.rows,
    alreadyDone: checkpoint.rows,
    scored: checkpoint.scored,
    rejected: checkpoint.rejected,
  };
  if (checkpoint.complete) return counts;

  const write = async (window: WindowOutcome, bytesRead: number) => {
    await output.write(window);
    counts.read = window.rows;
    counts.scored += window.scored.length;
    counts.rejected += window.rejected.length;
    onProgress(counts, bytesRead);
  };

  let written = Promise.resolve();
  try {
    for await (const { window, digest } of openWindows(archive, output)) {
      const before = written;
      const bytesRead = archive.bytesRead();
      // While a window is written, and its last batches run, the next one is being scored.
      written = Promise.all([scoreWindow(engine, window), before]).then(([outcome]) =>
        write({ ...outcome, rows: window.end, digest }, bytesRead),
      );
      // Whoever awaits it learns of a failure; until then it is not an unhandled one.
      written.catch(() => {});
      await before;
    }
    await written;
    await output.finish();
    return counts;
  } finally {
    await written.catch(() => {});
  }
}

interface OpenWindow {
  readonly window: Window;
  /** Of all rows up to its end. */
  readonly digest: string;
}

/**
 * The windows that no earlier run has written.
 *
 * @throws MoodtapeError MT_OUTPUT when what it wrote was made from other rows.
 */
async function* openWindows(archive: Archive, { checkpoint }: Output): AsyncGenerator<OpenWindow> {
  const fingerprint = new Fingerprint();
  let agreed = checkpoint.rows === 0;
  for await (const window of windowsOf(archive.rows)) {
    for (const row of window.rows) fingerprint.add(row);
    const { digest } = fingerprint;
    if (window.end === checkpoint.rows) agreed = digest === checkpoint.digest;
    if (window.end <= checkpoint.rows) continue;
    if (!agreed) break;
    yield { window, digest };
  }
  if (agreed) return;
  throw new MoodtapeError(
    'MT_OUTPUT',
    `the first ${checkpoint.rows} rows of the input are not those that the output was made from`,
  );
}

/** Scores all texts of a window. */
async function scoreWindow(
  engine: Engine,
  { rows }: Window,
): Promise<Pick<WindowOutcome, 'scored' | 'rejected'>> {
  const scored: ScoredRow[] = [];
  const rejected: string[] = [];
  const texts = rows.flatMap(({ content }) => (content instanceof MoodtapeError ? [] : content.text));
  const results = (await scoreTexts(engine, texts)).values();
  for (const row of rows) {
    const { content } = row;
    if (content instanceof MoodtapeError) {
      rejected.push(rejectedLine(row, content));
      continue;
    }
    const result = results.next().value;
    if (result instanceof MoodtapeError) rejected.push(rejectedLine(row, result));
    else if (result !== undefined) scored.push(scoredRow(content, result));
  }
  return { scored, rejected };
}
