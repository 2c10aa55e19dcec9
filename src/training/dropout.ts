import * as tf from '@tensorflow/tfjs-core';
import type { Dropout } from './network.js';
import type { Random } from './random.js';

/** Dropout with a seeded mask, so that a run can be repeated. */
export function seededDropout(rate: number, next: Random): Dropout {
  return (x) => {
    const mask = new Float32Array(x.size);
    for (let i = 0; i < mask.length; i++) mask[i] = next() < rate ? 0 : 1 / (1 - rate);
    return tf.mul(x, tf.tensor(mask, x.shape, 'float32'));
  };
}
