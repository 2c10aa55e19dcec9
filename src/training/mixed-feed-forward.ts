import * as tf from '@tensorflow/tfjs-core';
import { ffnExpertName } from '../model/parameters.js';
import type { FfnExpertsSpec } from '../model/spec.js';
import { expertLinear, fromExperts, sumOfSlots, toExperts } from './dispatch-ops.js';
import { loadBalanceLoss } from './losses.js';
import type { NetworkWeights } from './network-weights.js';
import { gelu } from './tensor-ops.js';
import { dispatchTokens, type TokenDispatch } from './token-dispatch.js';

export interface MixedFeedForward {
  /** [tokens, hidden] */
  readonly output: tf.Tensor;
  /** Of the tokens that are text. */
  readonly loadBalance: tf.Tensor;
}

/**
 * The feed-forward experts of a layer on the tokens x [tokens, hidden]. An expert computes for its own tokens alone.
 * Which these are is decided outside TensorFlow.js, between two operators: the choice has no gradient, the weights have.
 *
 * @param isText whether each token is text or padding; padding is computed like text
 */
export function mixedFeedForward(
  weights: NetworkWeights,
  { kind, count, topK }: FfnExpertsSpec,
  layer: number,
  x: tf.Tensor,
  isText: readonly boolean[],
): MixedFeedForward {
  const probabilities = tf.softmax(weights.product(x, `layer.${layer}.ffn.router.weight`));
  const dispatch = dispatchTokens(probabilities.dataSync<'float32'>(), count, topK);
  const linear = (part: string, rows: tf.Tensor) => {
    const names = dispatch.sizes.map((_, expert) => `${ffnExpertName(layer, expert)}.${part}`);
    const maps = names.map((name) => ({
      weight: weights.get(`${name}.weight`),
      bias: weights.get(`${name}.bias`),
    }));
    const learn = names.some((name) => weights.learns(`${name}.weight`));
    return expertLinear(rows, dispatch.sizes, maps, learn);
  };
  const rows = toExperts(x, dispatch);
  const inner =
    kind === 'gated' ? tf.mul(gelu(linear('gate', rows)), linear('up', rows)) : gelu(linear('up', rows));
  const results = fromExperts(linear('down', inner), dispatch);
  return {
    output: sumOfSlots(tf.mul(results, mixingWeights(probabilities, dispatch)), dispatch.tokens, topK),
    loadBalance: loadBalanceLoss(probabilities, dispatch, isText),
  };
}

/** The probability of each slot's expert, over the sum of its token's slots where there are several: [slots, 1]. */
function mixingWeights(probabilities: tf.Tensor, { tokens, topK, experts }: TokenDispatch): tf.Tensor {
  const [, count = 0] = probabilities.shape;
  const chosen = tf.tensor(oneHot(experts, count), [tokens, topK, count], 'float32');
  const weights = tf.sum(tf.mul(chosen, tf.reshape(probabilities, [tokens, 1, count])), 2);
  const normalised = topK === 1 ? weights : tf.div(weights, tf.sum(weights, 1, true));
  return tf.reshape(normalised, [tokens * topK, 1]);
}

function oneHot(indices: Int32Array, width: number): Float32Array {
  const result = new Float32Array(indices.length * width);
  for (const [row, index] of indices.entries()) result[row * width + index] = 1;
  return result;
}
