import '../../no-telemetry.js';

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TextClassificationPipeline } from '@huggingface/transformers';
import { MoodtapeError, messageOf } from '../../errors.js';
import type { EngineBundle } from '../../inference/create-engine.js';
import { exportFolder } from './export-folder.js';

/** Starts the model in transformers.js, in its `dtype`. */
export type OpenPipeline = (dtype: 'fp32' | 'q8') => Promise<TextClassificationPipeline>;

/**
 * Gives `use` a model as transformers.js runs it, and disposes of what was started in the end.
 *
 * @throws MoodtapeError MT_PEER when transformers.js is not installed.
 */
export async function withTransformers<T>(
  bundle: EngineBundle,
  use: (open: OpenPipeline) => Promise<T>,
): Promise<T> {
  const { env, pipeline } = await loadTransformers();
  return withExport(bundle, async (folder, name) => {
    env.allowRemoteModels = false;
    env.localModelPath = folder;
    const opened: TextClassificationPipeline[] = [];
    try {
      return await use(async (dtype) => {
        const classify = await pipeline('text-classification', name, { dtype });
        opened.push(classify);
        return classify;
      });
    } finally {
      await Promise.all(opened.map((classify) => classify.dispose()));
    }
  });
}

/** Gives `use` a model under a name in a folder of models for transformers.js, which goes when it is done. */
export async function withExport<T>(
  bundle: EngineBundle,
  use: (folder: string, name: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'moodtape-bench-'));
  try {
    await exportFolder(bundle, join(folder, 'model'));
    return await use(folder, 'model');
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @throws MoodtapeError MT_PEER when it is not installed. */
export async function loadTransformers() {
  try {
    return await import('@huggingface/transformers');
  } catch (error) {
    const message = `transformers.js, which this is measured against, cannot be loaded: ${messageOf(error)}`;
    throw new MoodtapeError('MT_PEER', message, { cause: error });
  }
}
