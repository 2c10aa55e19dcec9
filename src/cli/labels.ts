import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { LABELS } from '../codec/sentiment.js';
import { MoodtapeError } from '../errors.js';
import { LabelBuffer } from '../refit/labels/buffer.js';
import type { HeldLabel } from '../refit/labels/buffered-label.js';
import { argmax } from '../training/metrics.js';
import { examples } from './examples.js';
import { print, printJson, table } from './output.js';
import { number } from './training-options.js';

interface Options {
  readonly trainer: string;
  readonly annotator?: string;
  readonly json?: boolean;
}

type Review = (buffer: LabelBuffer<unknown>, numbers: readonly number[]) => Promise<number>;

const DETAILS = `
Numbers are those of \`moodtape labels list\`. A trainer that runs meanwhile learns of it at once.`;
/** Characters of a text that a row has room for. */
const SHOWN = 60;

export function define(command: Command): void {
  command
    .command('list')
    .description('list the labels that are held for review, the latest first')
    .addOption(trainerOption())
    .option('--annotator <name>', 'those of one annotator only')
    .option('--json', 'one JSON object a label')
    .addHelpText('after', examples('moodtape labels list', 'moodtape labels list --annotator zhao'))
    .action(list);
  reviewing(
    command,
    'release',
    'let held labels through: they are learned from, whatever speaks against them',
  )
    .addHelpText(
      'after',
      examples('moodtape labels release 1207 1211', 'moodtape labels release --annotator zhao'),
    )
    .action(review('released', (buffer, numbers) => buffer.release(numbers)));
  reviewing(command, 'drop', 'forget held labels')
    .addHelpText('after', examples('moodtape labels drop 1207', 'moodtape labels drop --annotator zhao'))
    .action(review('dropped', (buffer, numbers) => buffer.drop(numbers)));
  command.addHelpText('after', examples('moodtape labels list', 'moodtape labels release 1207'));
}

function reviewing(command: Command, name: string, summary: string): Command {
  return command
    .command(name)
    .description(summary)
    .argument('[numbers...]', 'numbers of labels', eachNumber)
    .addOption(trainerOption())
    .option('--annotator <name>', 'all held labels of one annotator')
    .option('--json', 'one JSON object')
    .addHelpText('after', DETAILS);
}

function trainerOption(): Option {
  return new Option('--trainer <dir>', 'folder of the trainer').default('.moodtape/trainer');
}

function eachNumber(text: string, before: readonly number[] = []): number[] {
  const value = number(text);
  if (Number.isInteger(value) && value > 0) return [...before, value];
  throw new InvalidArgumentError('not the number of a label');
}

async function list({ trainer, annotator, json }: Options): Promise<void> {
  await withBuffer(trainer, async (buffer) => {
    const held = heldBy(buffer, annotator);
    if (json) {
      for (const label of held) await printJson(label);
      return;
    }
    const { waiting, ...counts } = buffer.counts();
    const rows = held.map(rowOf);
    if (rows.length > 0) {
      await print(`${table(['number', 'label', 'models say', 'annotator', 'held for its', 'text'], rows)}\n`);
    }
    await print(
      `${counts.held} held, ${waiting} waiting to be judged, ${counts.arrived} since the beginning`,
    );
  });
}

/** @throws MoodtapeError MT_CONFIG when neither numbers nor an annotator are given. */
function review(done: string, act: Review) {
  return async (numbers: readonly number[], { trainer, annotator, json }: Options) => {
    if (numbers.length === 0 && annotator === undefined) {
      throw new MoodtapeError('MT_CONFIG', 'give the numbers of labels, or --annotator');
    }
    await withBuffer(trainer, async (buffer) => {
      const ofAnnotator = annotator === undefined ? [] : heldBy(buffer, annotator);
      const chosen = [...numbers, ...ofAnnotator.map((label) => label.number)];
      const count = await act(buffer, chosen);
      if (json) return printJson({ [done]: count });
      await print(`${done} ${count} of ${new Set(chosen).size} labels`);
    });
  };
}

function heldBy(buffer: LabelBuffer<unknown>, annotator: string | undefined): HeldLabel[] {
  return buffer.held().filter((label) => annotator === undefined || label.annotator === annotator);
}

function rowOf({ number: place, label, votes, annotator = '', suspicion, text }: HeldLabel) {
  const said = votes.map((vote) => {
    const likeliest = argmax(vote);
    return `${LABELS[likeliest] ?? ''} ${Math.round(100 * (vote[likeliest] ?? 0))} %`;
  });
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return [place, label, said.join(', '), annotator, suspicion, shown];
}

/** Who only looks makes no folders. */
async function withBuffer(
  trainer: string,
  action: (buffer: LabelBuffer<unknown>) => Promise<void>,
): Promise<void> {
  const folder = join(trainer, 'labels');
  if (!existsSync(folder)) {
    throw new MoodtapeError('MT_LABELS', `there are no labels in ${trainer}`, {
      remedy: 'give the folder of a trainer by --trainer; its topology names it as `path`',
    });
  }
  const buffer = LabelBuffer.open(folder);
  try {
    await action(buffer);
  } finally {
    await buffer.close();
  }
}
