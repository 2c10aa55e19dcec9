import { existsSync } from 'node:fs';
import type { BackendName } from '../../training/backend.js';
import { type OpenedBundle, openBundle, saveTrained } from '../../training/bundle.js';
import type { FitOptions } from '../../training/fit.js';
import { refitPhase } from '../../training/phases/refit.js';
import { fingerprintOf, trainPhase } from '../../training/train-phase.js';
import { judge } from '../gate/gate.js';
import { judgedTexts } from '../gate/judged-texts.js';
import { cachedStates } from './feature-cache.js';
import { withoutEarlierRefits } from './lineage.js';
import { readRequest, readTexts, refitFiles, writeResult } from './refit-folder.js';
import type { RefitResult } from './refit-request.js';
import type { RefitSettings } from './refit-settings.js';

export interface RefitWork extends Pick<FitOptions, 'stop' | 'onStep'> {
  readonly backend: BackendName;
  /** See `cachedStates`. */
  readonly features: { readonly folder: string; readonly bytes: number };
}

/** The work of a refit, from the request in its folder to the result. What an earlier call has done stays done. */
export async function performRefit(folder: string, work: RefitWork): Promise<RefitResult> {
  const started = performance.now();
  const files = refitFiles(folder);
  const request = await readRequest(folder);
  const incumbent = await openBundle(request.incumbent);
  const { labels } = incumbent.bundle.spec;
  if (!existsSync(files.bundle)) await train(folder, incumbent, request.settings, work);
  const candidate = await openBundle(files.bundle);
  const holdout = await readTexts(folder, 'holdout', labels);
  const golden = await readTexts(folder, 'golden', labels);
  const judged = await judgedTexts(incumbent, candidate, [...holdout, ...golden]);
  const decision = judge(judged.slice(0, holdout.length), judged.slice(holdout.length), request.gate);
  const { user, system } = process.cpuUsage();
  const result: RefitResult = {
    incumbent: incumbent.bundle.version,
    version: candidate.bundle.version,
    bundle: files.bundle,
    decision,
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (user + system) / 1e6,
  };
  await writeResult(folder, result);
  return result;
}

async function train(
  folder: string,
  incumbent: OpenedBundle,
  settings: RefitSettings,
  { stop, onStep, backend, features }: RefitWork,
): Promise<void> {
  const files = refitFiles(folder);
  const [train, valid] = [files.texts('train'), files.texts('valid')];
  const { bundle, model, read } = incumbent;
  const [texts, validTexts] = [await read([train]), await read([valid])];
  const domains = [...new Set([...texts, ...validTexts].map(({ domain }) => domain))].sort();
  const phase = refitPhase(model, domains, settings.seed, settings.experts);
  const run = { phase, texts, valid: validTexts, settings };
  const trained = await trainPhase({
    ...run,
    stop,
    onStep,
    onEvaluation() {},
    checkpointDir: files.unfinished,
    statesOf: cachedStates(features.folder, features.bytes),
  });
  await saveTrained(files.bundle, bundle.name, trained, {
    phase: 'refit',
    settings,
    fingerprint: fingerprintOf(run),
    backend,
    train: [train],
    valid: [valid],
    from: [withoutEarlierRefits(bundle)],
  });
}
