import { LABELS } from '../codec/sentiment.js';
import { MoodtapeError } from '../errors.js';
import { loadBundle } from '../model/bundle.js';
import type { ModelRegistry } from '../registry/registry.js';

/**
 * Makes a bundle live in a registry in which nothing has been.
 *
 * @throws MoodtapeError MT_BUNDLE when the model is damaged or has other labels than those of the topic, MT_REGISTRY.
 */
export async function ensureFirstVersion(registry: ModelRegistry, dir: string): Promise<void> {
  const { live, seq } = await registry.state();
  const { name, spec } = live === undefined ? await loadBundle(dir) : await registry.load(live);
  if (spec.labels.join() !== LABELS.join()) {
    const message = `model ${name} has the labels ${spec.labels.join(', ')}; labels of texts are ${LABELS.join(', ')}`;
    throw new MoodtapeError('MT_BUNDLE', message);
  }
  if (live !== undefined) return;
  const version = await registry.register(dir);
  try {
    await registry.promote(version, { reason: 'the first version', seq });
  } catch (error) {
    // Somebody else was faster.
    if (!(error instanceof MoodtapeError) || error.code !== 'MT_CONFLICT') throw error;
  }
}
