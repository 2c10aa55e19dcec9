import { join } from 'node:path';
import { type Settings, userPath } from './config.js';
import {
  type CalibratedEngine,
  createCalibratedEngine,
  type EngineOptions,
} from './inference/create-engine.js';
import type { Engine } from './inference/engine.js';
import { loadBundle } from './model/bundle.js';

type ModelSettings = Pick<Settings, 'model' | 'device' | 'precision' | 'workers' | 'home'>;
type OpenOptions = Pick<EngineOptions, 'expert' | 'measure' | 'onFallback'>;

/**
 * Starts the model that the settings name, where an earlier run on this machine found it to be the fastest.
 *
 * @throws MoodtapeError MT_BUNDLE when the bundle is missing or damaged, MT_DEVICE when no device can run it,
 *   MT_CONFIG when it has no such expert.
 */
export async function openEngine(settings: ModelSettings, options: OpenOptions = {}): Promise<Engine> {
  return (await openCalibrated(settings, { measure: false, ...options })).engine;
}

/** As `openEngine`, for a long run: what no earlier run has measured is measured now, in a second or two. */
export async function openCalibrated(
  { model, device, precision, workers, home }: ModelSettings,
  { measure = true, ...options }: OpenOptions = {},
): Promise<CalibratedEngine> {
  const calibrations = join(home, 'calibration');
  return createCalibratedEngine(await loadBundle(userPath(model)), {
    ...{ device, precision, workers, calibrations, measure },
    ...options,
  });
}
