import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs-core';
import { fitTemperature } from './calibration.js';
import { folderCheckpoint } from './checkpoint.js';
import { countParameters, peakMegabytes, type TrainingCost } from './cost.js';
import { type Evaluation, type FitOptions, fitTask } from './fit.js';
import type { HiddenStates } from './frozen-layers.js';
import { type Metrics, metricsOf } from './metrics.js';
import type { Model, TokenisedExample } from './model.js';
import type { Phase } from './phases/phase.js';
import { predict } from './predictions.js';
import type { PhaseSettings } from './settings.js';
import { taskOf } from './task.js';

export interface PhaseRun extends Pick<FitOptions, 'stop' | 'onStep' | 'onEvaluation'> {
  readonly phase: Phase;
  readonly texts: readonly TokenisedExample[];
  readonly valid: readonly TokenisedExample[];
  readonly settings: PhaseSettings;
  /** Folder for the state of the unfinished run; it is removed at the end. */
  readonly checkpointDir: string;
  /** What runs the frozen layers, when it is not `hiddenStates`. */
  readonly statesOf?: HiddenStates;
}

export interface TrainedModel extends Model {
  /** Divides the logits; fitted on the valid texts. */
  readonly temperature: number;
  /** On the valid texts. */
  readonly metrics: Metrics;
  readonly history: readonly Evaluation[];
  readonly cost: TrainingCost;
}

/** Trains one phase to its end, from its checkpoint where there is one, and calibrates the result. */
export async function trainPhase(run: PhaseRun): Promise<TrainedModel> {
  const { phase, texts, valid, settings } = run;
  // Each backend adds in an order of its own: what one began another would end with other weights.
  const checkpoint = folderCheckpoint(run.checkpointDir, `${fingerprintOf(run)} ${tf.getBackend()}`);
  const task = await taskOf(phase, texts, settings, run.statesOf);
  const finish = phase.finish ?? ((trained: Model) => trained);
  const { parameters, history, textsPerSecond } = await fitTask(task, {
    ...run,
    ...settings,
    finish,
    checkpoint,
  });
  const model = finish({ spec: phase.model.spec, parameters });
  const predictions = await predict(model, valid);
  const temperature = fitTemperature(predictions);
  const calibrated = await predict(model, valid, { temperature });
  await checkpoint.remove();
  return {
    ...model,
    temperature,
    metrics: metricsOf(calibrated, model.spec.labels.length),
    history,
    cost: { ...countParameters(phase), textsPerSecond, peakMegabytes: peakMegabytes() },
  };
}

/** What makes two runs the same: settings, data, the model that they start from, and what learns. */
export function fingerprintOf({
  phase,
  texts,
  valid,
  settings,
}: Pick<PhaseRun, 'phase' | 'texts' | 'valid' | 'settings'>): string {
  const hash = createHash('sha256').update(JSON.stringify([settings, phase.model.spec, [...phase.learns]]));
  for (const { ids, label, domain } of [...texts, ...valid])
    hash.update(`${ids.join()} ${label} ${domain}\n`);
  for (const { data } of phase.model.parameters.values()) hash.update(data);
  return hash.digest('hex');
}
