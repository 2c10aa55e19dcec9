import { type Settings, userPath } from './config.js';
import { createEngine, type EngineOptions } from './inference/create-engine.js';
import type { Engine } from './inference/engine.js';
import { loadBundle } from './model/bundle.js';

/**
 * Starts the model that the settings name.
 *
 * @param expert that expert alone; the router chooses when left out
 * @throws MoodtapeError MT_BUNDLE when the bundle is missing or damaged, MT_DEVICE when the device cannot run it,
 *   MT_CONFIG when it has no such expert.
 */
export async function openEngine(
  { model, device, precision, workers }: Pick<Settings, 'model' | 'device' | 'precision' | 'workers'>,
  expert?: EngineOptions['expert'],
): Promise<Engine> {
  const bundle = await loadBundle(userPath(model));
  // On a CPU int8 is two to three times as fast as fp32.
  return createEngine(bundle, {
    device,
    precision: precision === 'auto' ? 'int8' : precision,
    workers,
    expert,
  });
}
