import { LABELS } from '../codec/sentiment.js';
import { type Settings, userPath } from '../config.js';
import { DEFAULT_REFIT } from '../refit/candidate/refit-settings.js';
import { ensureFirstVersion } from '../refit/first-version.js';
import { readGolden } from '../refit/gate/golden.js';
import { Trainer } from '../refit/trainer.js';
import type { TrainerEvent } from '../refit/trainer-event.js';
import { ModelRegistry } from '../registry/registry.js';
import type { Topology } from './topology.js';

export interface OpenTrainer {
  readonly trainer: Trainer;
  readonly registry: ModelRegistry;
}

/**
 * Opens a trainer and its registry of models, in which the model of the settings is live first.
 *
 * @throws MoodtapeError MT_REGISTRY, MT_BUNDLE, MT_LABELS or MT_DATA when the registry, a model, the folder or a golden file
 *   cannot be used.
 */
export async function openTrainer(
  options: NonNullable<Topology['trainer']>,
  models: NonNullable<Topology['models']>,
  { model }: Pick<Settings, 'model'>,
  report: (event: TrainerEvent) => void,
): Promise<OpenTrainer> {
  const registry = await ModelRegistry.open(models.path);
  await ensureFirstVersion(registry, userPath(model));
  const golden = options.golden.map(userPath);
  await readGolden(golden, LABELS);
  const { epochs, batchSize, learningRate } = options;
  const { margin, goldenMargin, domainMargin, domainTexts } = options;
  const trainer = new Trainer(
    options.path,
    registry,
    {
      golden,
      replay: options.replay.map(userPath),
      settings: { ...DEFAULT_REFIT, epochs, batchSize, learningRate },
      gate: { margin, goldenMargin, domainMargin, domainTexts },
      niceness: options.niceness,
      threads: options.threads,
      backend: options.backend,
      texts: options.texts,
      keepVersions: options.keep,
      trigger: { labels: options.labels, milliseconds: options.every, atLeast: options.atLeast },
      watch: { margin: options.rollbackMargin, psi: options.rollbackPsi },
      holdoutShare: options.holdout,
    },
    report,
  );
  return { trainer, registry };
}
