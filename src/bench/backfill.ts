import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openArchive } from '../backfill/archive.js';
import { backfill as runBackfill } from '../backfill/backfill.js';
import { originOf } from '../backfill/journal.js';
import { Output } from '../backfill/output.js';
import { scoreWindows } from '../backfill/score-window.js';
import { fileSource } from '../backfill/source.js';
import type { CalibratedEngine } from '../inference/create-engine.js';
import type { Engine } from '../inference/engine.js';
import { againstEngine } from './against-engine.js';
import { writeArchive } from './archive-file.js';
import type { BenchOptions, Outcome } from './benchmark.js';
import { rate } from './rate.js';
import { readTexts } from './texts.js';

const READING = { columns: {}, domain: 'news' } as const;
const MB = 2 ** 20;

/**
 * Texts a second of a backfill from CSV to Parquet, against the engine alone on the same texts; and the memory that the process
 * had at most, in the first half of a backfill and in the second.
 */
export async function backfill(options: BenchOptions): Promise<Outcome> {
  const texts = await readTexts(options.data, options.texts);
  const folder = await mkdtemp(join(tmpdir(), 'moodtape-bench-'));
  try {
    const archive = join(folder, 'archive.csv');
    await writeArchive(archive, texts);
    const peaks = new Peaks();
    const scored = ({ engine }: CalibratedEngine) =>
      rate(texts.length, () => intoParquet(archive, join(folder, 'scored.parquet'), engine, peaks));
    return await againstEngine(options, texts, 'CSV to Parquet', scored, () => peaks.inMegabytes());
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function intoParquet(file: string, out: string, engine: Engine, peaks: Peaks): Promise<void> {
  const sources = [await fileSource(file)];
  const archive = openArchive(sources, READING);
  const output = await Output.open(out, engine.model, originOf(sources, READING, engine.model), true);
  try {
    await runBackfill({
      archive,
      work: scoreWindows(engine),
      results: output,
      onProgress: (_, bytes) => peaks.note(bytes / archive.bytes),
    });
  } finally {
    await output.close();
  }
}

/** Memory of the process in both halves of the runs. */
class Peaks {
  #first = 0;
  #second = 0;

  note(done: number): void {
    const { rss } = process.memoryUsage();
    if (done < 0.5) this.#first = Math.max(this.#first, rss);
    else this.#second = Math.max(this.#second, rss);
  }

  inMegabytes() {
    return { firstHalfMb: Math.round(this.#first / MB), secondHalfMb: Math.round(this.#second / MB) };
  }
}
