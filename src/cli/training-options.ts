import { type Command, InvalidArgumentError, Option } from 'commander';
import type { z } from 'zod';
import { MoodtapeError } from '../errors.js';
import { BACKEND_NAMES, type BackendName } from '../training/backend.js';
import { type PhaseSettings, phaseSettingsSchema } from '../training/settings.js';

/** What every training command is told. */
export interface TrainingOptions extends PhaseSettings {
  readonly model: string;
  readonly train: readonly string[];
  readonly valid: readonly string[];
  readonly unknownLabel?: string;
  readonly out: string;
  readonly name?: string;
  readonly test?: readonly string[];
  readonly seeds?: readonly number[];
  readonly backend?: BackendName;
  readonly sourceWeight: Readonly<Record<string, number>>;
  readonly json?: boolean;
}

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('not a number');
  return value;
}

export const numbers = (text: string, before: readonly number[] = []): number[] => [...before, number(text)];

/** Options of one phase, with its defaults. The learning rate may have none of its own. */
export function addTrainingOptions(
  command: Command,
  defaults: Omit<PhaseSettings, 'learningRate'> & Partial<PhaseSettings>,
): Command {
  return command
    .requiredOption('--model <bundle>', 'model that training starts from')
    .requiredOption(
      '--train <csv...>',
      'files with the columns id, text, label, and domain and source where there are',
    )
    .requiredOption('--valid <csv...>', 'files that choose the best weights and the temperature')
    .option('--unknown-label <label>', 'what texts with another label count as (default: an error)')
    .option('--test <csv...>', 'files to measure the trained model on, in the end')
    .requiredOption('--out <dir>', 'folder of the trained bundle')
    .option('--name <name>', 'name of the trained bundle (default: that of the model)')
    .option('--epochs <n>', 'times that every text is seen', number, defaults.epochs)
    .option('--batch-size <n>', 'texts in a step', number, defaults.batchSize)
    .option(
      '--learning-rate <x>',
      `highest learning rate of AdamW${defaults.learningRate === undefined ? ' (default: that of the method)' : ''}`,
      number,
      defaults.learningRate,
    )
    .option('--warmup <n>', 'steps until the highest learning rate', number, defaults.warmup)
    .option(
      '--averaging <x>',
      'decay of the moving average of the weights; 0: off',
      number,
      defaults.averaging,
    )
    .option('--dropout <x>', 'dropout rate of the pooled text and the router', number, defaults.dropout)
    .option('--smoothing <x>', 'label smoothing', number, defaults.smoothing)
    .option('--gamma <x>', 'focal exponent; 0: cross-entropy', number, defaults.gamma)
    .option(
      '--class-balance <x>',
      'β of the class weights by effective number; 0: off',
      number,
      defaults.classBalance,
    )
    .option(
      '--load-balance <x>',
      'weight of the load-balancing loss of feed-forward experts; 0: off',
      number,
      defaults.loadBalance,
    )
    .option('--source-weight <source=x...>', 'weight of a source’s texts in the loss', sourceWeight, {})
    .option('--seed <n>', 'seed of order, dropout and first weights', number, defaults.seed)
    .option('--seeds <n...>', 'train with each of these seeds, into <out>/seed-<n>', numbers)
    .option(
      '--evaluate-every <n>',
      'steps between evaluations on the valid files',
      number,
      defaults.evaluateEvery,
    )
    .option(
      '--patience <n>',
      'evaluations without a better weighted F1 until training stops',
      number,
      defaults.patience,
    )
    .addOption(
      new Option('--backend <name>', 'training backend (default: the first that loads)').choices(
        BACKEND_NAMES,
      ),
    )
    .option('--json', 'one JSON object at the end');
}

function sourceWeight(text: string, before: Record<string, number>): Record<string, number> {
  const at = text.lastIndexOf('=');
  if (at < 1) throw new InvalidArgumentError('write source=weight, such as guba=1.5');
  return { ...before, [text.slice(0, at)]: number(text.slice(at + 1)) };
}

/** @throws MoodtapeError MT_CONFIG when a number is out of range. */
export function settingsOf(options: TrainingOptions): PhaseSettings {
  return parsed(phaseSettingsSchema, { ...options, sourceWeights: options.sourceWeight });
}

export function parsed<T>(schema: z.ZodType<T>, options: unknown): T {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new MoodtapeError('MT_CONFIG', `${issue?.path.join('.')}: ${issue?.message}`);
}
