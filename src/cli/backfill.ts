import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type BackfillCounts, backfill } from '../backfill/backfill.js';
import { openInput } from '../backfill/input.js';
import { rejectedPath } from '../backfill/output.js';
import { MoodtapeError } from '../errors.js';
import { openEngine } from '../open-engine.js';
import { examples } from './examples.js';
import { warn } from './failure.js';
import { print, printJson } from './output.js';
import { createProgress } from './progress.js';
import { addEngineOptions, settingsOf } from './settings-options.js';
import { stopSignal } from './signals.js';

interface Options {
  readonly out: string;
  readonly id?: string;
  readonly text?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const DETAILS = `
Reads .csv, .tsv (with a header), .ndjson and .jsonl, also as .gz or .zst. Writes one JSON object a row, in the order of
the input. Rows that cannot be scored go to OUT.rejected.ndjson with their line and what is wrong.

Stopped, or even killed, it goes on where it was when it is started again with the same files, and the output is the
same to the byte as that of an unbroken run. Each 1,024 rows are synced to disk before the next ones are written.`;

export function define(command: Command): void {
  addEngineOptions(command)
    .argument('<file...>', 'input files, read one after the other')
    .requiredOption('--out <file>', 'where the scores go')
    .option('--id <name>', 'column of the id (default: id, or what looks like one; else the row number)')
    .option('--text <name>', 'column of the text (default: text, or what looks like one)')
    .option('--force', 'start over, whatever there is in the output')
    .option('--json', 'end with one JSON object')
    .addHelpText('after', DETAILS)
    .addHelpText(
      'after',
      examples(
        'moodtape backfill news.csv posts.ndjson.gz --out scored.ndjson',
        'moodtape backfill archive.csv --id 编号 --text 正文 --out scored.ndjson',
      ),
    )
    .action(run);
}

async function run(files: readonly string[], options: Options, command: Command): Promise<void> {
  const { out, id, text, force = false, json = false } = options;
  if (files.some((file) => resolve(file) === resolve(out))) {
    command.error(`error: ${out} is an input file`);
  }
  const input = await openInput(files, { id, text });
  const engine = await openEngine(settingsOf(command), { onFallback: warn });
  const progress = createProgress('backfill', input.bytes);
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  try {
    const work = backfill({
      input,
      engine,
      out,
      startOver: force,
      onProgress: ({ scored }, bytes) => progress.update(bytes, `${Math.round(scored / seconds())} texts/s`),
    });
    const counts = await Promise.race([work, interrupted(out)]);
    progress.stop();
    await conclude(counts, seconds(), out, json);
  } finally {
    progress.stop();
    await engine.close();
  }
}

/** Fails at the first signal. What is on disk is whole at any moment: there is nothing to drain. */
async function interrupted(out: string): Promise<never> {
  await once(stopSignal(), 'abort');
  throw new MoodtapeError('MT_INTERRUPTED', `${out} is not complete`);
}

async function conclude(counts: BackfillCounts, seconds: number, out: string, json: boolean): Promise<void> {
  const { read, alreadyDone, scored, rejected } = counts;
  const textsPerSecond = Math.round(scored / seconds);
  if (json) {
    await printJson({ ...counts, seconds: Number(seconds.toFixed(3)), textsPerSecond, out });
  } else if (read === 0) {
    await print('There are no rows in the input.');
  } else if (scored + rejected === 0) {
    await print(`${out} is already complete: ${read} rows, nothing left to do.`);
  } else {
    const before = alreadyDone > 0 ? `, ${alreadyDone} were done before` : '';
    await print(`${read} rows: ${scored} scored (${textsPerSecond} texts/s), ${rejected} rejected${before}.`);
    await print(rejected > 0 ? `${out} and ${rejectedPath(out)}` : out);
  }
}
