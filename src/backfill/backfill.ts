import { MoodtapeError } from '../errors.js';
import type { Engine } from '../inference/engine.js';
import { scoreTexts } from '../score-texts.js';
import type { Input } from './input.js';
import { Ledger } from './ledger.js';
import { LineFile } from './line-file.js';
import { rejectedLine, rejectedPath, scoredLine } from './output.js';
import type { Row } from './row.js';

/**
 * Rows that are read ahead, planned and written together. Windows begin at fixed rows of the input and a window is
 * always scored whole, so that a run that goes on where another stopped makes the same batches, hence the same bytes.
 */
const WINDOW = 1024;

export interface BackfillOptions {
  readonly input: Input;
  readonly engine: Engine;
  /** NDJSON, one line a scored row, in the order of the input. */
  readonly out: string;
  /** Forget what an earlier run left. */
  readonly startOver: boolean;
  /** @param bytes of the input, as it lies on disk, that are done */
  readonly onProgress: (counts: BackfillCounts, bytes: number) => void;
}

export interface BackfillCounts {
  readonly read: number;
  /** Rows that an earlier run had done. */
  readonly alreadyDone: number;
  readonly scored: number;
  readonly rejected: number;
}

/**
 * Scores the rows of an archive into a file: each row once, in the order of the input, however often the run is
 * killed and started again. Memory stays bounded. Every window is on disk before the one after it is written, the
 * rejected rows before the scored ones.
 *
 * @throws MoodtapeError MT_OUTPUT when the output was made from another input or by another model.
 */
export async function backfill(options: BackfillOptions): Promise<BackfillCounts> {
  const { input, engine, onProgress } = options;
  const out = await LineFile.open(options.out, options.startOver);
  const rejects = await LineFile.open(rejectedPath(options.out), options.startOver);
  const ledger = new Ledger(out, rejects, engine.model.version);
  const counts = { read: 0, alreadyDone: 0, scored: 0, rejected: 0 };

  const write = async ({ items, bytesRead }: Window, { scored, rejected }: Lines) => {
    await rejects.append(rejected);
    await out.append(scored);
    counts.read += items.length;
    counts.scored += scored.length;
    counts.rejected += rejected.length;
    counts.alreadyDone += items.length - scored.length - rejected.length;
    onProgress(counts, bytesRead);
  };

  let written = Promise.resolve();
  try {
    for await (const window of windows(input, ledger)) {
      const before = written;
      // While a window is written, and its last batches run, the next one is being scored.
      written = Promise.all([scoreWindow(engine, window.items), before]).then(([lines]) =>
        write(window, lines),
      );
      // Whoever awaits it learns of a failure; until then it is not an unhandled one.
      written.catch(() => {});
      await before;
    }
    await written;
    await ledger.checkEnd();
    await out.settle();
    return counts;
  } finally {
    await written.catch(() => {});
    await Promise.all([out.close(), rejects.close()]);
  }
}

interface Item {
  readonly row: Row;
  /** Of the row in the whole input, from 1. */
  readonly number: number;
  readonly done: boolean;
}

interface Window {
  readonly items: readonly Item[];
  /** Bytes of the input that were read when the window was full. */
  readonly bytesRead: number;
}

async function* windows(input: Input, ledger: Ledger): AsyncGenerator<Window> {
  let items: Item[] = [];
  let number = 0;
  for await (const row of input.rows) {
    number += 1;
    items.push({ row, number, done: await ledger.isDone(number, row.content) });
    if (items.length < WINDOW) continue;
    yield { items, bytesRead: input.bytesRead() };
    items = [];
  }
  if (items.length > 0) yield { items, bytesRead: input.bytesRead() };
}

/** New lines of both outputs. */
interface Lines {
  readonly scored: string[];
  readonly rejected: string[];
}

/** Scores all texts of a window when any is open, and writes the lines of the open rows. */
async function scoreWindow(engine: Engine, window: readonly Item[]): Promise<Lines> {
  const lines: Lines = { scored: [], rejected: [] };
  if (window.every(({ done }) => done)) return lines;
  const texts = window.flatMap(({ row: { content } }) =>
    content instanceof MoodtapeError ? [] : content.text,
  );
  const results = (await scoreTexts(engine, texts)).values();
  for (const { row, number, done } of window) {
    const result = row.content instanceof MoodtapeError ? row.content : results.next().value;
    if (done || result === undefined) continue;
    if (result instanceof MoodtapeError) lines.rejected.push(rejectedLine(number, row, result));
    else lines.scored.push(scoredLine(row, result));
  }
  return lines;
}
