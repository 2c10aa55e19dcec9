import { mkdir, writeFile } from 'node:fs/promises';
import type { Bundle } from '../model/bundle.js';
import type { BackendName } from '../training/backend.js';
import { type OpenedBundle, openBundle, saveTrained, type TextOptions } from '../training/bundle.js';
import { countParameters } from '../training/cost.js';
import { curvesSvg } from '../training/curves.js';
import type { Method } from '../training/method.js';
import type { Phase } from '../training/phases/phase.js';
import { fingerprintOf, type PhaseRun, type TrainedModel, trainPhase } from '../training/train-phase.js';
import { createProgress, type Progress } from './progress.js';
import { settingsOf, type TrainingOptions } from './training-options.js';

/** One phase of training as a command asks for it. */
export interface TrainingJob {
  /** As in `train base`. */
  readonly name: string;
  readonly method?: Method;
  readonly texts: TextOptions;
  /** What the run starts from, when it is not the bundle as it lies there. */
  readonly prepare?: (bundle: OpenedBundle, seed: number) => OpenedBundle;
  phase(start: OpenedBundle, seed: number): Phase;
}

/** A job with one seed, its texts read. */
export interface OpenedJob {
  readonly title: string;
  readonly job: TrainingJob;
  readonly options: TrainingOptions;
  readonly start: OpenedBundle;
  readonly run: Pick<PhaseRun, 'phase' | 'texts' | 'valid' | 'settings'>;
  readonly fingerprint: string;
}

/** @param options those of the command, with the seed, the model and the folder of this run */
export async function openJob(job: TrainingJob, options: TrainingOptions): Promise<OpenedJob> {
  const bundle = await openBundle(options.model);
  const start = job.prepare?.(bundle, options.seed) ?? bundle;
  const run = {
    phase: job.phase(start, options.seed),
    texts: await start.read(options.train, job.texts),
    valid: await start.read(options.valid, job.texts),
    settings: settingsOf(options),
  };
  const detail = job.method?.name ?? job.texts.domain;
  const title = `train ${job.name}${detail === undefined ? '' : ` ${detail}`}`;
  return { title, job, options, start, run, fingerprint: fingerprintOf(run) };
}

export interface TrainedJob {
  readonly trained: TrainedModel;
  readonly bundle: Bundle;
}

/** From a bundle to a bundle, with progress, curves and a checkpoint beside the output folder. */
export async function trainJob(
  opened: OpenedJob,
  backend: BackendName,
  stop: AbortSignal,
): Promise<TrainedJob> {
  const { title, job, options, start, run, fingerprint } = opened;
  const { phase, texts, valid, settings } = run;
  const { learnedParameters, parameters } = countParameters(phase);
  process.stderr.write(
    `${title}: ${texts.length} texts, ${valid.length} valid, backend ${backend}; ` +
      `${learnedParameters.toLocaleString('en')} of ${parameters.toLocaleString('en')} parameters learn\n`,
  );
  const steps = Math.ceil(texts.length / settings.batchSize) * settings.epochs;
  // Begins with the first step: the frozen layers run before, and are no measure of the rest.
  let progress: Progress | undefined;
  let note = '';
  const trained = await trainPhase({
    ...run,
    stop,
    checkpointDir: `${options.out}.unfinished`,
    onStep(step, _steps, loss) {
      progress ??= createProgress(title, steps);
      progress.update(step, `step ${step}/${steps} loss ${loss.toFixed(3)}${note}`);
    },
    onEvaluation: ({ metrics }) => {
      note = ` valid ${percent(metrics.accuracy)} F1 ${percent(metrics.weightedF1)}`;
    },
  }).finally(() => progress?.stop());
  const bundle = await saveTrained(options.out, options.name ?? start.bundle.name, trained, {
    phase: job.name,
    method: job.method,
    settings,
    backend,
    fingerprint,
    train: options.train,
    valid: options.valid,
    from: [start.bundle],
  });
  await writeCurves(options.out, title, trained);
  return { trained, bundle };
}

/** The history goes beside the bundle, whose own folder holds only what scoring needs. */
async function writeCurves(out: string, title: string, { history }: TrainedModel): Promise<void> {
  const dir = `${out}.training`;
  await mkdir(dir, { recursive: true });
  await writeFile(`${dir}/curves.svg`, curvesSvg(title, history));
  await writeFile(`${dir}/history.ndjson`, history.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
}

export const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
