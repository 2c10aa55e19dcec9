import { basename, dirname, join, resolve } from 'node:path';
import type { Precision } from '../model/graph.js';
import type { OpenedBundle } from '../training/bundle.js';
import { evaluationReport, type FullReport } from '../training/evaluation.js';
import { predict } from '../training/predictions.js';
import type { Activation } from './activation.js';
import { type Calibration, calibrations } from './calibration.js';
import { type Case, casesOf } from './cases.js';
import { type Clusters, clustersOf, sampleOf, waysOf } from './clusters.js';
import { loadPieces } from './pieces.js';
import { readRuns } from './runs.js';
import { type OnStage, stages } from './stages.js';
import { type Sweep, sweepOf } from './sweep.js';
import { textActivation } from './text-activation.js';
import { readReportTexts } from './texts.js';
import { TokenActivation } from './token-activation.js';

/** All numbers of a report: report.json. */
export interface Report {
  readonly model: {
    readonly name: string;
    readonly version: string;
    readonly precision: Precision;
    readonly temperature: number;
    readonly experts: readonly string[];
  };
  readonly files: readonly string[];
  readonly evaluation: FullReport;
  readonly calibrations: readonly Calibration[];
  readonly activations: readonly Activation[];
  readonly clusters: Clusters & {
    readonly labels: readonly number[];
    readonly domains: readonly string[];
    /** The feed-forward expert that takes most tokens of each text, in the last layer that has experts. */
    readonly heaviest: { readonly names: readonly string[]; readonly of: readonly number[] } | undefined;
  };
  readonly cases: readonly Case[];
  readonly sweep: Sweep | undefined;
}

export interface ReportOptions {
  readonly data: readonly string[];
  readonly unknownLabel?: string | undefined;
  readonly runs: readonly string[];
  readonly precision: Precision;
  readonly onStage: OnStage;
}

/** Reads texts and runs, asks the model, and counts. */
export async function makeReport(opened: OpenedBundle, options: ReportOptions): Promise<Report> {
  const { bundle, model } = opened;
  const { precision } = options;
  const { labels, experts } = model.spec;
  const names = experts?.names ?? [];
  const runs = await readRuns(options.runs);
  const texts = await readReportTexts(opened, options.data, options);
  const pieces = loadPieces(bundle.tokenizer);
  const settings = { precision, temperature: bundle.temperature };
  const during = stages(options.onStage);

  const { ffnExperts } = model.spec;
  const tokens = ffnExperts && new TokenActivation(ffnExperts, labels, pieces);
  const predictions = await during('scores', texts.length, (onText) =>
    predict(model, texts, {
      ...settings,
      tokenRouting: tokens !== undefined,
      onText: (index, output) => {
        const text = texts[index];
        const routing = output.get('token_routing');
        if (text !== undefined && routing !== undefined) tokens?.add(index, text, routing);
        onText();
      },
    }),
  );
  const ways = waysOf(model).length;
  const clusters = await during('clusters', sampleOf(texts.length).length * ways, (onText) =>
    clustersOf(model, texts, precision, onText),
  );
  const cases = await casesOf(model, texts, predictions, pieces, settings, during);
  return {
    model: {
      name: bundle.name,
      version: bundle.version,
      precision,
      temperature: bundle.temperature,
      experts: names,
    },
    files: options.data.map(shortName),
    evaluation: evaluationReport(texts, predictions, labels, names),
    calibrations: calibrations(predictions, bundle.temperature),
    activations: [
      ...(names.length === 0 ? [] : [textActivation(texts, predictions, names, labels, pieces)]),
      ...(tokens?.results() ?? []),
    ],
    clusters: {
      ...clusters,
      labels: clusters.texts.map((index) => texts[index]?.label ?? 0),
      domains: clusters.texts.map((index) => texts[index]?.domain || 'unknown'),
      heaviest: tokens && {
        names: tokens.experts,
        of: clusters.texts.map((index) => tokens.heaviest(index)),
      },
    },
    cases,
    sweep: runs.length === 0 ? undefined : sweepOf(runs),
  };
}

/** A file with its folder, for many are called valid.csv. */
const shortName = (file: string) => join(basename(dirname(resolve(file))), basename(file));
