import type { Command } from 'commander';
import { loadBackend } from '../training/backend.js';
import { withFfnExperts } from '../training/ffn-experts.js';
import { measureBundle } from '../training/measure.js';
import { LEARNING_RATES } from '../training/method.js';
import type { Model } from '../training/model.js';
import { basePhase } from '../training/phases/base.js';
import { DEFAULT_EXPERTS, expertPhase } from '../training/phases/expert.js';
import { jointPhase, routerPhase } from '../training/phases/joint.js';
import type { Phase } from '../training/phases/phase.js';
import { withPrompt } from '../training/prompt.js';
import { DEFAULT_SETTINGS } from '../training/settings.js';
import { examples } from './examples.js';
import { addFfnExpertOptions, type FfnExpertOptions, wantedFfnExperts } from './ffn-expert-options.js';
import { addMethodOptions, type MethodOptions, methodOf } from './method-options.js';
import { print, printJson, table } from './output.js';
import { stopSignal } from './signals.js';
import { mergeExperts } from './train-merge.js';
import { openJob, percent, type TrainedJob, type TrainingJob, trainJob } from './train-phase.js';
import { trainSeeds } from './train-seeds.js';
import { addTrainingOptions, number, numbers, type TrainingOptions } from './training-options.js';

const DATA = '--train train.csv --valid valid.csv';

export function define(command: Command): void {
  const { learningRate: _, ...base } = DEFAULT_SETTINGS.base;
  addFfnExpertOptions(addMethodOptions(addTrainingOptions(command.command('base'), base)))
    .description('teach an encoder a task, on all domains together: the base of the experts')
    .option('--labels <name...>', 'labels of the task, in the order of their numbers (default: the model’s)')
    .addHelpText(
      'after',
      examples(
        `moodtape train base --model runs/encoder ${DATA} --out runs/base`,
        `moodtape train base --model runs/encoder --ffn-experts 8 --ffn-top-k 2 ${DATA} --out runs/mixture`,
        `moodtape train base --model runs/encoder --method lora ${DATA} --out runs/lora --seeds 13 21 42 --test test.csv`,
      ),
    )
    .action(trainBase);

  addTrainingOptions(command.command('expert'), DEFAULT_SETTINGS.expert)
    .description('train one expert alone on its domain')
    .requiredOption('--domain <name>', 'domain of the expert: its texts in the files, and its name')
    .option('--rank <n>', 'rank of the adapters', number, DEFAULT_EXPERTS.rank)
    .option('--alpha <x>', 'scale of the adapters, over the rank', number, DEFAULT_EXPERTS.alpha)
    .option('--router-at <k>', 'layers below the router, or `final`', routerAt, DEFAULT_EXPERTS.router.at)
    .option('--mix <how>', 'how experts combine: soft or top1', DEFAULT_EXPERTS.router.mix)
    .addHelpText(
      'after',
      examples(`moodtape train expert --model runs/base --domain news ${DATA} --out runs/news`),
    )
    .action(trainExpert);

  command
    .command('merge')
    .description('put experts that were trained alone into one model, with a new router')
    .argument('<bundle...>', 'one bundle an expert')
    .requiredOption('--out <dir>', 'folder of the merged bundle')
    .option('--name <name>', 'name of the merged bundle (default: that of the first)')
    .option('--seed <n>', 'seed of the router’s first weights', number, 13)
    .option('--seeds <n...>', 'merge the experts of each of these seeds', numbers)
    .addHelpText('after', examples('moodtape train merge runs/news runs/forum --out runs/merged'))
    .action(mergeExperts);

  addTrainingOptions(command.command('router'), DEFAULT_SETTINGS.router)
    .description('warm the router up: router and head learn under experts that stay')
    .addHelpText('after', examples(`moodtape train router --model runs/merged ${DATA} --out runs/routed`))
    .action((options: TrainingOptions) => trainRouted('router', routerPhase, options));

  addTrainingOptions(command.command('joint'), DEFAULT_SETTINGS.joint)
    .description('train adapters, router and head together on all domains')
    .addHelpText('after', examples(`moodtape train joint --model runs/routed ${DATA} --out runs/joint`))
    .action((options: TrainingOptions) => trainRouted('joint', jointPhase, options));

  command.addHelpText('after', examples(`moodtape train base --model runs/encoder ${DATA} --out runs/base`));
}

interface BaseOptions extends Omit<TrainingOptions, 'learningRate'>, MethodOptions, FfnExpertOptions {
  readonly learningRate?: number;
  readonly labels?: readonly string[];
}

function trainBase(options: BaseOptions): Promise<void> {
  const method = methodOf(options);
  const { labels, unknownLabel, learningRate = LEARNING_RATES[method.name] } = options;
  return train(
    {
      name: 'base',
      method,
      texts: { labels, unknownLabel },
      prepare: (bundle, seed) =>
        method.name === 'p-tuning' ? withPrompt(bundle, method.promptTokens, seed) : bundle,
      phase: ({ model }, seed) => {
        const experts = wantedFfnExperts(options, model.spec);
        const start = experts === undefined ? model : withFfnExperts(model, experts, seed);
        return basePhase(start, { labels: labels ?? model.spec.labels, method, seed });
      },
    },
    { ...options, learningRate },
  );
}

interface ExpertOptions extends TrainingOptions {
  readonly domain: string;
  readonly rank: number;
  readonly alpha: number;
  readonly routerAt: number | 'final';
  readonly mix: 'soft' | 'top1';
}

function routerAt(text: string): number | 'final' {
  return text === 'final' ? text : number(text);
}

function trainExpert(options: ExpertOptions): Promise<void> {
  const { domain, rank, alpha, routerAt: at, mix, unknownLabel } = options;
  const experts = { rank, alpha, router: { ...DEFAULT_EXPERTS.router, at, mix } };
  return train(
    {
      name: 'expert',
      texts: { domain, unknownLabel },
      phase: ({ model }, seed) => expertPhase(model, domain, experts, seed),
    },
    options,
  );
}

function trainRouted(
  name: string,
  phaseOf: (model: Model) => Phase,
  options: TrainingOptions,
): Promise<void> {
  const { unknownLabel } = options;
  return train({ name, texts: { unknownLabel }, phase: ({ model }) => phaseOf(model) }, options);
}

async function train(job: TrainingJob, options: TrainingOptions): Promise<void> {
  const backend = await loadBackend(options.backend);
  const stop = stopSignal();
  if (options.seeds !== undefined) return trainSeeds(job, options, options.seeds, backend, stop);
  const result = await trainJob(await openJob(job, options), backend, stop);
  await summarise(job, options, result);
}

async function summarise(job: TrainingJob, options: TrainingOptions, { trained, bundle }: TrainedJob) {
  const { out, test: files } = options;
  const { metrics: valid, temperature, history, cost } = trained;
  const test = files && (await measureBundle(out, files, job.texts));
  const { version } = bundle;
  if (options.json) return printJson({ out, version, temperature, valid, test, cost, history });
  const rows = history.map(({ step, loss, metrics }) => [String(step), loss.toFixed(4), ...shares(metrics)]);
  if (test !== undefined) rows.push(['test', '', ...shares(test)]);
  await print(table(['step', 'loss', 'accuracy', 'macro-F1', 'weighted F1'], rows));
  const speed = cost.textsPerSecond === undefined ? '' : `, ${cost.textsPerSecond.toFixed(1)} texts/s`;
  await print(
    `${out}: version ${version}, temperature ${temperature.toFixed(3)}${speed}, curves in ${out}.training`,
  );
}

const shares = ({ accuracy, macroF1, weightedF1 }: Record<'accuracy' | 'macroF1' | 'weightedF1', number>) =>
  [accuracy, macroF1, weightedF1].map(percent);
