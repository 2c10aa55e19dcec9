import { resolve } from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { packagePath, userPath } from '../config.js';
import { MoodtapeError } from '../errors.js';
import { type Bundle, loadBundle } from '../model/bundle.js';
import { installedModels } from '../registry/installed.js';
import { examples } from './examples.js';
import { print, printJson, table } from './output.js';

export function define(command: Command): void {
  command
    .command('list')
    .description('list the models of the package and of the working folder')
    .option('--json', 'one JSON object a model')
    .addHelpText('after', examples('moodtape models list'))
    .action(list);
  command
    .command('show')
    .description('show what a model is and how it was made')
    .argument('[folder]', 'folder of a bundle', 'models/default')
    .option('--json', 'all that the bundle says of itself')
    .addHelpText('after', examples('moodtape models show models/default'))
    .action(show);
  command.addHelpText('after', examples('moodtape models list'));
}

/** Where models are looked for. */
export function modelFolders(): string[] {
  return [...new Set([packagePath('models'), resolve('models')])];
}

async function list({ json }: { json?: boolean }): Promise<void> {
  const models = await installedModels(modelFolders());
  if (json) {
    for (const { dir, bundle } of models) await printJson({ dir, ...summaryOf(bundle) });
    return;
  }
  const rows = models.map(({ dir, bundle }) =>
    bundle instanceof MoodtapeError
      ? [dir, pc.red(bundle.code), '', '', '']
      : [dir, bundle.name, bundle.version, expertsOf(bundle), bundle.spec.maxLength],
  );
  if (rows.length === 0) await print('No models. `moodtape import` makes one of a checkpoint.');
  else await print(table(['folder', 'name', 'version', 'experts', 'tokens'], rows));
}

async function show(folder: string, { json }: { json?: boolean }): Promise<void> {
  const bundle = await loadBundle(userPath(folder));
  const { name, version, spec, temperature, metrics, provenance } = bundle;
  if (json) return printJson({ name, version, spec, temperature, metrics, provenance });
  const { layers, hidden, heads, intermediate, vocabulary } = spec.encoder;
  const rows: [string, string][] = [
    ['folder', bundle.dir],
    ['name', name],
    ['version', version],
    ['labels', spec.labels.join(' ')],
    ['experts', expertsOf(bundle)],
    ['router', routerOf(bundle)],
    ['ffn experts', ffnExpertsOf(bundle)],
    [
      'encoder',
      `${layers} layers of ${hidden}, ${heads} heads, inner ${intermediate}, ${vocabulary} tokens known`,
    ],
    ['reads', `${spec.maxLength} tokens of a text`],
    ['parameters', (await parameterCount(bundle)).toLocaleString('en')],
    ['temperature', temperature.toFixed(3)],
    ['metrics', JSON.stringify(metrics)],
  ];
  await print(table(['', ''], rows));
}

function summaryOf(bundle: Bundle | MoodtapeError) {
  if (bundle instanceof MoodtapeError) return { code: bundle.code, message: bundle.message };
  const { name, version, spec, metrics } = bundle;
  const { labels, maxLength } = spec;
  return { name, version, labels, experts: spec.experts?.names ?? [], maxLength, metrics };
}

function expertsOf({ spec: { experts } }: Bundle): string {
  return experts === null
    ? 'none (dense)'
    : `${experts.names.join(', ')} (${experts.kind}, rank ${experts.rank})`;
}

function ffnExpertsOf({ spec: { ffnExperts } }: Bundle): string {
  if (ffnExperts === undefined) return 'none';
  const { kind, layers, count, topK, width } = ffnExperts;
  return `${count} ${kind} of ${width} in layers ${layers.join(', ')}, ${topK} a token`;
}

function routerOf({ spec: { experts } }: Bundle): string {
  if (experts === null) return 'none';
  const { at, mix } = experts.router;
  return `${at === 'final' ? 'after the last layer, in a pass of its own' : `after layer ${at}`}, ${mix}`;
}

async function parameterCount(bundle: Bundle): Promise<number> {
  const parameters = await bundle.parameters();
  return [...parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
}
