import * as tf from '@tensorflow/tfjs-core';
import { MoodtapeError, messageOf } from '../errors.js';
import { restoreNodeUtil } from './node-util.js';

/** Training backends, the fastest first. The first two are optional peers; wasm comes with moodtape. */
export const BACKENDS = [
  { name: 'tfjs-node-gpu', module: '@tensorflow/tfjs-node-gpu', backend: 'tensorflow' },
  { name: 'tfjs-node', module: '@tensorflow/tfjs-node', backend: 'tensorflow' },
  { name: 'wasm', module: '@tensorflow/tfjs-backend-wasm', backend: 'wasm' },
] as const;
export type BackendName = (typeof BACKENDS)[number]['name'];
export const BACKEND_NAMES = BACKENDS.map(({ name }) => name);

/**
 * Loads TensorFlow.js with the named backend, or with the first that loads.
 *
 * @throws MoodtapeError MT_BACKEND with the reason of each that did not load.
 */
export async function loadBackend(wanted?: BackendName): Promise<BackendName> {
  const reasons: string[] = [];
  for (const candidate of BACKENDS.filter(({ name }) => wanted === undefined || name === wanted)) {
    if (candidate.backend === 'tensorflow') restoreNodeUtil();
    try {
      await import(candidate.module);
      if (await tf.setBackend(candidate.backend)) {
        await tf.ready();
        return candidate.name;
      }
      reasons.push(`${candidate.name}: registered with another copy of @tensorflow/tfjs-core`);
    } catch (error) {
      reasons.push(
        `${candidate.name}: ${isMissing(error, candidate.module) ? 'not installed' : messageOf(error).split('\n')[0]}`,
      );
    }
  }
  throw new MoodtapeError('MT_BACKEND', `no training backend loads (${reasons.join('; ')})`, {
    remedy: 'docs/training.md says how to install one; without --backend, wasm is taken',
  });
}

function isMissing(error: unknown, module: string): boolean {
  return messageOf(error).includes(`Cannot find package '${module}'`);
}
