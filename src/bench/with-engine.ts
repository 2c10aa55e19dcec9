import type { Settings } from '../config.js';
import type { CalibratedEngine } from '../inference/create-engine.js';
import { openCalibrated } from '../open-engine.js';

/** Gives `use` the engine that the settings name, as a long run has it, and closes it in the end. */
export async function withEngine<T>(
  settings: Settings,
  use: (model: CalibratedEngine) => Promise<T>,
): Promise<T> {
  const model = await openCalibrated(settings);
  try {
    return await use(model);
  } finally {
    await model.engine.close();
  }
}
