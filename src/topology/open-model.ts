import { EMPTY, type Observable } from 'rxjs';
import type { Settings } from '../config.js';
import type { MoodtapeError } from '../errors.js';
import type { ModelChange } from '../flow/model-change.js';
import type { CostCoefficients } from '../inference/cost-model.js';
import { createEngineLike } from '../inference/create-engine.js';
import type { Engine } from '../inference/engine.js';
import { SwappableEngine } from '../inference/swappable-engine.js';
import type { Logger } from '../observe/logger.js';
import { openCalibrated } from '../open-engine.js';
import { ModelRegistry } from '../registry/registry.js';
import { followModels } from './follow-models.js';
import type { Topology } from './topology.js';

/** The model of a scorer. */
export interface OpenModel {
  readonly engine: Engine;
  readonly cost: CostCoefficients;
  /** While it is subscribed to, the engine follows the registry of models, if there is one. */
  readonly changes: Observable<ModelChange>;
}

export interface OpenModelOptions {
  /** Measure where the model is the fastest, unless an earlier run has. */
  readonly measure: boolean;
  /** Is told why a device was passed over for the next one. */
  readonly onFallback: (reason: MoodtapeError) => void;
}

/**
 * Starts the live model of the registry; that of the settings while nothing is live, or where there is no registry.
 *
 * @throws MoodtapeError MT_REGISTRY when the registry cannot be used, and as `openEngine`.
 */
export async function openModel(
  models: Topology['models'],
  settings: Settings,
  logger: Logger,
  options: OpenModelOptions,
): Promise<OpenModel> {
  if (models === undefined) return { ...(await openCalibrated(settings, options)), changes: EMPTY };
  const registry = await ModelRegistry.open(models.path);
  const { live } = await registry.state();
  const model = live === undefined ? settings.model : registry.folderOf(live);
  const { engine: first, cost, bundle, placement } = await openCalibrated({ ...settings, model }, options);
  // What later models take over is all that is kept of the first, once it is gone.
  const precedent = { bundle, placement, tokenise: first.tokenise };
  const engine = new SwappableEngine(first, (next, workers) => createEngineLike(precedent, next, workers));
  return { engine, cost, changes: followModels(registry, engine, logger) };
}
