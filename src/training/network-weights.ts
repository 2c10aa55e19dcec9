import type * as tf from '@tensorflow/tfjs-core';
import { MoodtapeError } from '../errors.js';
import { addBias, frozenProduct, layerNorm, product } from './tensor-ops.js';

/** The weights of the training network by name, and the maps that they make. Rows are tokens. */
export class NetworkWeights {
  constructor(
    private readonly weights: ReadonlyMap<string, tf.Tensor>,
    /** Names of the weights that learn. */
    private readonly learning: ReadonlySet<string>,
  ) {}

  has(name: string): boolean {
    return this.weights.has(name);
  }

  learns(name: string): boolean {
    return this.learning.has(name);
  }

  get(name: string): tf.Tensor {
    const tensor = this.weights.get(name);
    if (tensor === undefined) throw new MoodtapeError('MT_TRAINING', `the network has no weight ${name}`);
    return tensor;
  }

  /** xW */
  product(x: tf.Tensor, name: string): tf.Tensor {
    return this.learns(name) ? product(x, this.get(name)) : frozenProduct(x, this.get(name));
  }

  /** xW + b */
  linear(name: string, x: tf.Tensor): tf.Tensor {
    return addBias(this.product(x, `${name}.weight`), this.get(`${name}.bias`));
  }

  norm(name: string, x: tf.Tensor, eps: number): tf.Tensor {
    return layerNorm(x, this.get(`${name}.gain`), this.get(`${name}.bias`), eps);
  }
}
