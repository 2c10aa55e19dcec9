import { MoodtapeError } from '../errors.js';
import type { Archive } from './archive.js';
import { Fingerprint } from './fingerprint.js';
import type { Checkpoint } from './journal.js';
import { type Window, windowsOf } from './windows.js';

/** What came of the rows of a window. */
export interface Outcome<T> {
  /** Of the rows that could be worked on, in their order. */
  readonly done: readonly T[];
  /** Lines of the others. */
  readonly rejected: readonly string[];
  /** Rows of the archive up to the end of the window, and their SHA-256. */
  readonly rows: number;
  readonly digest: string;
}

/** Where results go, and how far they have come there. */
export interface Results<T> {
  readonly checkpoint: Checkpoint;
  write(outcome: Outcome<T>): Promise<void>;
  /** All windows are written. */
  finish(): Promise<void>;
}

export interface BackfillOptions<T> {
  readonly archive: Archive;
  readonly work: (window: Window) => Promise<Pick<Outcome<T>, 'done' | 'rejected'>>;
  readonly results: Results<T>;
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
 * Works through an archive: each row once, in the order of the input, however often the run is killed and started again.
 * Memory stays bounded: two windows are on their way at most, beside what the archive reads ahead.
 *
 * @throws MoodtapeError MT_OUTPUT when the results so far were made from other rows.
 */
export async function backfill<T>(options: BackfillOptions<T>): Promise<BackfillCounts> {
  const { archive, work, results, onProgress } = options;
  const { rows, scored, rejected, complete } = results.checkpoint;
  const counts = { read: rows, alreadyDone: rows, scored, rejected };
  if (complete) return counts;

  const write = async (outcome: Outcome<T>, bytesRead: number) => {
    await results.write(outcome);
    counts.read = outcome.rows;
    counts.scored += outcome.done.length;
    counts.rejected += outcome.rejected.length;
    onProgress(counts, bytesRead);
  };

  let written = Promise.resolve();
  try {
    for await (const { window, digest } of openWindows(archive, results.checkpoint)) {
      const before = written;
      const bytesRead = archive.bytesRead();
      // While a window is written, and its last batches run, the next one is being worked on.
      written = Promise.all([work(window), before]).then(([outcome]) =>
        write({ ...outcome, rows: window.end, digest }, bytesRead),
      );
      // Whoever awaits it learns of a failure; until then it is not an unhandled one.
      written.catch(() => {});
      await before;
    }
    await written;
    await results.finish();
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

/** The windows behind a checkpoint. */
async function* openWindows(archive: Archive, checkpoint: Checkpoint): AsyncGenerator<OpenWindow> {
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
