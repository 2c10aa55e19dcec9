import { once } from 'node:events';
import type { Archive } from '../backfill/archive.js';
import { type IndexCounts, indexPath } from '../backfill/archive-index.js';
import type { BackfillCounts } from '../backfill/backfill.js';
import { STANDARD } from '../backfill/inputs.js';
import { MoodtapeError } from '../errors.js';
import { QuietEnd } from './failure.js';
import { print } from './output.js';
import { createProgress } from './progress.js';
import { stopSignal } from './signals.js';

/** Fails at the first signal. What is on disk is whole at any moment: there is nothing to drain. */
export async function until<T>(work: Promise<T>, out: string): Promise<T> {
  const over = new AbortController();
  const interrupted = once(stopSignal(), 'abort', { signal: over.signal }).then(() => {
    throw new MoodtapeError('MT_INTERRUPTED', `${out} is not complete`);
  });
  try {
    return await Promise.race([work, interrupted]);
  } finally {
    interrupted.catch(() => {});
    over.abort();
  }
}

/** Shows how far a backfill has come, and how fast, from now on. */
export function followed(archive: Archive) {
  const progress = createProgress('backfill', archive.bytes);
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  return {
    /** Since the beginning. */
    seconds,
    onProgress: (counts: BackfillCounts, bytes: number) => progress.update(bytes, noteOf(counts, seconds())),
    stop: () => progress.stop(),
  };
}

/** The rate of this run, and the rows that are rejected. */
function noteOf(counts: BackfillCounts, seconds: number): string {
  const rate = `${rateOf({ counts, seconds })} texts/s`;
  return counts.rejected === 0 ? rate : `${rate} · ${counts.rejected} rejected`;
}

/** What a backfill came to. */
export interface Result {
  readonly counts: BackfillCounts;
  /** Where the scores are. */
  readonly out: string;
  /** Where the rejected rows are. */
  readonly rejects: string;
  /** That the scoring took. */
  readonly seconds: number;
  readonly indexed?: IndexCounts;
}

/**
 * Says what a backfill came to: on stderr where stdout is its output.
 *
 * @throws MoodtapeError MT_DATA when every row is rejected; QuietEnd `rejected` when some are.
 */
export async function conclude(result: Result, json: boolean): Promise<void> {
  const { counts, out, rejects } = result;
  for (const line of json ? [JSON.stringify(asJson(result))] : sentences(result)) {
    if (out === STANDARD) process.stderr.write(`${line}\n`);
    else await print(line);
  }
  if (counts.rejected === 0) return;
  if (counts.scored > 0) throw new QuietEnd('rejected');
  throw new MoodtapeError('MT_DATA', `every row is rejected: ${rejects} says why`, {
    remedy: 'look at the rows with --dry-run, and name their columns with --columns',
  });
}

function rateOf({ counts: { read, alreadyDone }, seconds }: Pick<Result, 'counts' | 'seconds'>): number {
  return Math.round((read - alreadyDone) / seconds);
}

function asJson(result: Result) {
  const { counts, out, seconds, indexed } = result;
  return {
    ...counts,
    seconds: Number(seconds.toFixed(3)),
    textsPerSecond: rateOf(result),
    out,
    ...(indexed && { index: { ...indexed, out: indexPath(out) } }),
  };
}

function sentences(result: Result): string[] {
  const { counts, out, rejects, indexed } = result;
  const { read, alreadyDone, scored, rejected } = counts;
  const index = indexed && [
    `${indexPath(out)}: ${indexed.rows} rows from ${indexed.texts} texts${
      indexed.timeless === 0 ? '' : `; ${indexed.timeless} have no time`
    }.`,
  ];
  if (read === 0) return ['There are no rows in the input.'];
  if (read === alreadyDone) {
    return [`${out} is already complete: ${read} rows, nothing left to do.`, ...(index ?? [])];
  }
  const before = alreadyDone > 0 ? `, ${alreadyDone} done before` : '';
  return [
    `${read} rows: ${scored} scored, ${rejected} rejected${before} (${rateOf(result)} texts/s).`,
    ...(out === STANDARD ? [] : [out]),
    ...(rejected > 0 ? [rejects] : []),
    ...(index ?? []),
  ];
}
