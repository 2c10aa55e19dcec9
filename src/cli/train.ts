import { mkdir, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { loadBackend } from '../training/backend.js';
import { type OpenedBundle, openBundle, saveTrained } from '../training/bundle.js';
import { curvesSvg } from '../training/curves.js';
import { basePhase } from '../training/phases/base.js';
import { expertPhase } from '../training/phases/expert.js';
import { jointPhase, routerPhase } from '../training/phases/joint.js';
import { merge } from '../training/phases/merge.js';
import type { Phase } from '../training/phases/phase.js';
import { DEFAULT_SETTINGS } from '../training/settings.js';
import { type TrainedModel, trainPhase } from '../training/train-phase.js';
import { examples } from './examples.js';
import { print, printJson, table } from './output.js';
import { createProgress } from './progress.js';
import { stopSignal } from './signals.js';
import { addTrainingOptions, number, settingsOf, type TrainingOptions } from './training-options.js';

const DATA = '--train train.csv --valid valid.csv';

export function define(command: Command): void {
  addTrainingOptions(command.command('base'), DEFAULT_SETTINGS.base)
    .description('fine-tune a whole encoder on all domains: the base of the experts')
    .addHelpText('after', examples(`moodtape train base --model runs/encoder ${DATA} --out runs/base`))
    .action((options: TrainingOptions) =>
      train('base', options, ({ model }) => basePhase(model, options.seed)),
    );

  addTrainingOptions(command.command('expert'), DEFAULT_SETTINGS.expert)
    .description('train one expert alone on its domain')
    .requiredOption('--domain <name>', 'domain of the expert: its texts in the files, and its name')
    .option('--rank <n>', 'rank of the adapters', number, 8)
    .option('--alpha <x>', 'scale of the adapters, over the rank', number, 8)
    .option('--router-at <k>', 'layers below the router, or `final`', routerAt, 2)
    .option('--mix <how>', 'how experts combine: soft or top1', 'soft')
    .addHelpText(
      'after',
      examples(`moodtape train expert --model runs/base --domain news ${DATA} --out runs/news`),
    )
    .action((options: TrainingOptions & ExpertOptions) =>
      train('expert', options, ({ model }) =>
        expertPhase(model, options.domain, expertSpec(options), options.seed),
      ),
    );

  command
    .command('merge')
    .description('put experts that were trained alone into one model, with a new router')
    .argument('<bundle...>', 'one bundle an expert')
    .requiredOption('--out <dir>', 'folder of the merged bundle')
    .option('--name <name>', 'name of the merged bundle (default: that of the first)')
    .option('--seed <n>', 'seed of the router’s first weights', number, 13)
    .addHelpText('after', examples('moodtape train merge runs/news runs/forum --out runs/merged'))
    .action(mergeExperts);

  addTrainingOptions(command.command('router'), DEFAULT_SETTINGS.router)
    .description('warm the router up: router and head learn under experts that stay')
    .addHelpText('after', examples(`moodtape train router --model runs/merged ${DATA} --out runs/routed`))
    .action((options: TrainingOptions) => train('router', options, ({ model }) => routerPhase(model)));

  addTrainingOptions(command.command('joint'), DEFAULT_SETTINGS.joint)
    .description('train adapters, router and head together on all domains')
    .addHelpText('after', examples(`moodtape train joint --model runs/routed ${DATA} --out runs/joint`))
    .action((options: TrainingOptions) => train('joint', options, ({ model }) => jointPhase(model)));

  command.addHelpText('after', examples(`moodtape train base --model runs/encoder ${DATA} --out runs/base`));
}

interface ExpertOptions {
  readonly domain: string;
  readonly rank: number;
  readonly alpha: number;
  readonly routerAt: number | 'final';
  readonly mix: 'soft' | 'top1';
}

const ROUTER_WIDTH = 64;

function routerAt(text: string): number | 'final' {
  return text === 'final' ? text : number(text);
}

function expertSpec({ rank, alpha, routerAt: at, mix }: ExpertOptions) {
  return { rank, alpha, router: { at, hidden: ROUTER_WIDTH, mix } };
}

/** One phase from a bundle to a bundle, with progress, curves and a checkpoint beside the output folder. */
async function train(
  phaseName: string,
  options: TrainingOptions & Partial<ExpertOptions>,
  phaseOf: (opened: OpenedBundle) => Phase,
): Promise<void> {
  const settings = settingsOf(options);
  const backend = await loadBackend(options.backend);
  const opened = await openBundle(options.model);
  const ofDomain = ({ domain }: { domain: string }) =>
    options.domain === undefined || domain === options.domain;
  const texts = (await opened.read(options.train, options)).filter(ofDomain);
  const valid = (await opened.read(options.valid, options)).filter(ofDomain);
  const title = `train ${phaseName}${options.domain === undefined ? '' : ` ${options.domain}`}`;
  process.stderr.write(`${title}: ${texts.length} texts, ${valid.length} valid, backend ${backend}\n`);
  const steps = Math.ceil(texts.length / settings.batchSize) * settings.epochs;
  const progress = createProgress(title, steps);
  let note = '';
  const trained = await trainPhase({
    phase: phaseOf(opened),
    texts,
    valid,
    settings,
    stop: stopSignal(),
    checkpointDir: `${options.out}.unfinished`,
    onStep: (step, _steps, loss) =>
      progress.update(step, `step ${step}/${steps} loss ${loss.toFixed(3)}${note}`),
    onEvaluation: ({ metrics }) => {
      note = ` valid ${percent(metrics.accuracy)} F1 ${percent(metrics.macroF1)}`;
    },
  });
  progress.stop();
  const provenance = { phase: phaseName, settings, backend, train: options.train, valid: options.valid };
  const bundle = await saveTrained(options.out, options.name ?? opened.bundle.name, trained, {
    ...provenance,
    from: [opened.bundle],
  });
  await writeCurves(options.out, title, trained);
  await summarise(options, trained, bundle.version);
}

async function mergeExperts(
  dirs: readonly string[],
  options: { out: string; name?: string; seed: number },
): Promise<void> {
  const opened = await Promise.all(dirs.map(openBundle));
  const merged = merge(
    opened.map(({ model }) => model),
    options.seed,
  );
  const from = opened.map(({ bundle }) => bundle);
  const name = options.name ?? from[0]?.name ?? 'merged';
  const nothing = { settings: {}, backend: 'none', train: [], valid: [] } as const;
  const bundle = await saveTrained(options.out, name, merged, { phase: 'merge', ...nothing, from });
  await print(`${options.out}: experts ${merged.spec.experts?.names.join(', ')}, version ${bundle.version}`);
}

/** The history goes beside the bundle, whose own folder holds only what scoring needs. */
async function writeCurves(out: string, title: string, { history }: TrainedModel): Promise<void> {
  const dir = `${out}.training`;
  await mkdir(dir, { recursive: true });
  await writeFile(`${dir}/curves.svg`, curvesSvg(title, history));
  await writeFile(`${dir}/history.ndjson`, history.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
}

async function summarise(
  options: TrainingOptions,
  { metrics, temperature, history }: TrainedModel,
  version: string,
) {
  if (options.json) return printJson({ out: options.out, version, temperature, valid: metrics, history });
  const rows = history.map(({ step, loss, metrics: m }) => [
    step,
    loss.toFixed(4),
    percent(m.accuracy),
    percent(m.macroF1),
    percent(m.weightedF1),
  ]);
  await print(table(['step', 'loss', 'accuracy', 'macro-F1', 'weighted F1'], rows));
  await print(
    `${options.out}: version ${version}, temperature ${temperature.toFixed(3)}, curves in ${options.out}.training`,
  );
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
