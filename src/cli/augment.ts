import { basename, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { LABELS } from '../codec/sentiment.js';
import { MoodtapeError } from '../errors.js';
import { augment } from '../llm/augment.js';
import { Synonyms } from '../llm/synonyms.js';
import { type ReadOptions, readExamples, writeExamples } from '../training/dataset.js';
import { examples } from './examples.js';
import { addLlmOptions, type LlmOptions, openRespondent } from './llm-options.js';
import { print, printJson } from './output.js';
import { createProgress } from './progress.js';
import { stopSignal } from './signals.js';
import { number } from './training-options.js';

interface AugmentOptions extends LlmOptions, ReadOptions {
  readonly data: readonly string[];
  readonly out: string;
  readonly share: number;
  readonly seed: number;
  readonly json?: boolean;
}

const DETAILS = `
Writes reworded texts alone, with their labels, to train on beside the originals: \`source\` and the end of the id say how
each came about. Synonyms are those of config/synonyms.json; --llm rewords the texts that they do not. An answer that
changes a number or a stock symbol is left out.`;

export function define(command: Command): void {
  command
    .requiredOption('--data <csv...>', 'training files with the columns id, text, label')
    .requiredOption('--out <csv>', 'file of the reworded texts')
    .option('--unknown-label <label>', 'what texts with another label count as (default: an error)')
    .option('--share <x>', 'part of the texts that synonyms reword', part, 0.2)
    .option('--seed <n>', 'seed of what is reworded how', number, 42);
  addLlmOptions(command, 'chat model that rewords the others')
    .option('--json', 'one JSON object at the end')
    .addHelpText('after', DETAILS)
    .addHelpText(
      'after',
      examples(
        'moodtape augment --data forum/train.csv --out forum/reworded.csv',
        'moodtape augment --data forum/train.csv --out forum/reworded.csv --llm http://localhost:11434/v1',
      ),
    )
    .action(run);
}

async function run(options: AugmentOptions): Promise<void> {
  const { data, out, share, seed, llm, json } = options;
  for (const file of data) checkForTraining(file, out);
  const texts = await readExamples(data, LABELS, options);
  const respondent = llm === undefined ? undefined : await openRespondent(llm, options);
  const progress = createProgress('reword', Math.round((1 - share) * texts.length));
  const asking = { onAnswer: (done: number) => progress.update(done), stop: stopSignal() };
  const synonyms = await Synonyms.load();
  const { reworded, unusable } = await augment(texts, LABELS, synonyms, {
    share,
    seed,
    respondent,
    asking,
  }).finally(() => progress.stop());
  await writeExamples(out, reworded, LABELS);
  const bySynonyms = reworded.filter(({ source }) => source === 'synonyms').length;
  const byModel = reworded.length - bySynonyms;
  if (json) return printJson({ out, read: texts.length, bySynonyms, byModel, unusable });
  const asked =
    llm === undefined ? '' : `, ${byModel} by ${respondent?.model} (${unusable} answers unusable)`;
  await print(`${out}: of ${texts.length} texts, ${bySynonyms} by synonyms${asked}`);
}

/** Reworded texts of a held-out file would let a model train on what it is measured by. */
function checkForTraining(file: string, out: string): void {
  if (/(?:^|[_.-])(?:valid|val|dev|test)(?:[_.-]|$)/i.test(basename(file))) {
    throw new MoodtapeError('MT_CONFIG', `${file} is held out from training`, {
      remedy: 'give training files to --data',
    });
  }
  if (resolve(file) === resolve(out)) {
    throw new MoodtapeError('MT_CONFIG', `${out} is an input file`, { remedy: 'give another --out' });
  }
}

function part(text: string): number {
  const value = number(text);
  if (value < 0 || value > 1) throw new InvalidArgumentError('not from 0 to 1');
  return value;
}
