import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MoodtapeError } from '../errors.js';
import { type Bundle, loadBundle } from '../model/bundle.js';
import type { BackendName } from '../training/backend.js';
import { trainingCostSchema } from '../training/cost.js';
import { measureBundle } from '../training/measure.js';
import {
  type FullSpread,
  type ReportSpread,
  type Spread,
  seedFolder,
  spreadOf,
  spreadOfReports,
  startOfSeed,
} from '../training/seeds.js';
import { print, printJson, table } from './output.js';
import { type OpenedJob, openJob, type TrainingJob, trainJob } from './train-phase.js';
import type { TrainingOptions } from './training-options.js';

/** What the models of all seeds reach and took: `summary.json`. */
interface SeedSummary {
  readonly out: string;
  readonly seeds: readonly number[];
  readonly versions: readonly string[];
  readonly learnedParameters: number;
  readonly parameters: number;
  readonly textsPerSecond: Spread;
  readonly valid: FullSpread;
  readonly test: FullSpread | undefined;
}

/** The same training with each seed, and what they reach together. Seeds that are done are not trained again. */
export async function trainSeeds(
  job: TrainingJob,
  options: TrainingOptions,
  seeds: readonly number[],
  backend: BackendName,
  stop: AbortSignal,
): Promise<void> {
  const { model, out } = options;
  await mkdir(out, { recursive: true });
  const bundles: Bundle[] = [];
  for (const seed of seeds) {
    const own = { ...options, seed, model: startOfSeed(model, seed), out: seedFolder(out, seed) };
    const opened = await openJob(job, own);
    bundles.push((await trainedBefore(opened)) ?? (await trainJob(opened, backend, stop)).bundle);
  }
  const summary = await summarise(job, options, seeds, bundles);
  const rows = [...rowsOf('valid', summary.valid), ...rowsOf('test', summary.test)];
  await writeFile(join(out, 'summary.json'), `${JSON.stringify(summary, undefined, 2)}\n`);
  await writeFile(join(out, 'summary.md'), markdown(HEAD, rows));
  if (options.json) return printJson(summary);
  await print(table(HEAD, rows));
  await print(
    `${out}: seeds ${seeds.join(', ')}, mean ± sample deviation in %, summary in ${out}/summary.json`,
  );
}

/** @throws MoodtapeError MT_OUTPUT when the folder holds a model of another training. */
async function trainedBefore({ title, options, fingerprint }: OpenedJob): Promise<Bundle | undefined> {
  if (!existsSync(options.out)) return undefined;
  const bundle = await loadBundle(options.out);
  if (bundle.provenance.fingerprint !== fingerprint) {
    throw new MoodtapeError('MT_OUTPUT', `${options.out} was trained with other settings or data`, {
      remedy: 'give another --out, or delete the folder',
    });
  }
  process.stderr.write(`${title}: seed ${options.seed} is trained already\n`);
  return bundle;
}

async function summarise(
  { texts }: TrainingJob,
  { out, valid, test }: TrainingOptions,
  seeds: readonly number[],
  bundles: readonly Bundle[],
): Promise<SeedSummary> {
  const reach = async (files: readonly string[]) => {
    const reports = [];
    for (const { dir } of bundles) reports.push(await measureBundle(dir, files, texts));
    return spreadOfReports(reports);
  };
  const costs = bundles.map(({ metrics }) => trainingCostSchema.parse(metrics.cost));
  return {
    out,
    seeds,
    versions: bundles.map(({ version }) => version),
    learnedParameters: costs[0]?.learnedParameters ?? 0,
    parameters: costs[0]?.parameters ?? 0,
    textsPerSecond: spreadOf(costs.flatMap(({ textsPerSecond }) => textsPerSecond ?? [])),
    valid: await reach(valid),
    test: test && (await reach(test)),
  };
}

const HEAD = ['', 'texts', 'accuracy', 'macro-F1', 'weighted F1', 'ECE'];

/** All texts, and each domain where there are several. */
function rowsOf(name: string, spread: FullSpread | undefined): string[][] {
  if (spread === undefined) return [];
  const domains = Object.entries(spread.byDomain);
  return [
    rowOf(name, spread),
    ...(domains.length > 1 ? domains.map(([domain, part]) => rowOf(`${name} ${domain}`, part)) : []),
  ];
}

function rowOf(name: string, { n, accuracy, macroF1, weightedF1, ece }: ReportSpread): string[] {
  return [name, String(n), ...[accuracy, macroF1, weightedF1, ece].map(plusMinus)];
}

const plusMinus = ({ mean, deviation }: Spread) =>
  `${(100 * mean).toFixed(2)} ± ${(100 * deviation).toFixed(2)}`;

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
