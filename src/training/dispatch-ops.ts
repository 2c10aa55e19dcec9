import * as tf from '@tensorflow/tfjs-core';
import { columnSums, pick, withGradient } from './tensor-ops.js';
import type { TokenDispatch } from './token-dispatch.js';

// The operators of token-routed experts, with gradients of their own: a permutation's is the inverse permutation, where
// the gradient of `gather` would be a scatter, which the wasm backend lacks.

/** x [tokens, width] → a row for each slot, expert after expert: [slots, width]. */
export function toExperts(x: tf.Tensor, dispatch: TokenDispatch): tf.Tensor {
  const { order, places, tokens, topK } = dispatch;
  const taken = order.map((slot) => Math.floor(slot / topK));
  return withGradient(
    [x],
    (inputs) => ({ value: rows(pick(inputs, 0), taken), saved: [] }),
    (dy) => [sumOfSlots(rows(dy, places), tokens, topK)],
  );
}

/** Rows of the slots, expert after expert → in the order of the slots. */
export function fromExperts(y: tf.Tensor, { order, places }: TokenDispatch): tf.Tensor {
  return withGradient(
    [y],
    (inputs) => ({ value: rows(pick(inputs, 0), places), saved: [] }),
    (dy) => [rows(dy, order)],
  );
}

/** [slots, width] → the sum of each token's slots: [tokens, width]. */
export function sumOfSlots(x: tf.Tensor, tokens: number, topK: number): tf.Tensor {
  const [, width = 0] = x.shape;
  return topK === 1 ? x : tf.sum(tf.reshape(x, [tokens, topK, width]), 1);
}

/** One linear map of each expert: its weight [in, out] and bias [out]. */
export interface ExpertMap {
  readonly weight: tf.Tensor;
  readonly bias: tf.Tensor;
}

/** xW + b with the map of its expert for each row; the first `sizes[0]` rows of x are those of expert 0, and so on. */
export function expertLinear(
  x: tf.Tensor,
  sizes: readonly number[],
  maps: readonly ExpertMap[],
  weightsLearn: boolean,
): tf.Tensor {
  const weights = maps.map(({ weight }) => weight);
  const biases = maps.map(({ bias }) => bias);
  return withGradient(
    [x, ...biases, ...(weightsLearn ? weights : [])],
    (inputs) => {
      const outputs = split(pick(inputs, 0), sizes).map((own, expert) =>
        own === undefined ? [] : [tf.add(tf.matMul(own, pick(weights, expert)), pick(biases, expert))],
      );
      return { value: tf.concat(outputs.flat()), saved: [pick(inputs, 0)] };
    },
    (dy, saved) => {
      const inputs = split(pick(saved, 0), sizes);
      const outputs = split(dy, sizes);
      const dx = outputs.map((own, expert) =>
        own === undefined ? [] : [tf.matMul(own, tf.transpose(pick(weights, expert)))],
      );
      const dBiases = biases.map((bias, expert) => {
        const own = outputs[expert];
        return own === undefined ? tf.zerosLike(bias) : columnSums(own);
      });
      const learned = weightsLearn ? weights : [];
      const dWeights = learned.map((weight, expert) => {
        const [input, own] = [inputs[expert], outputs[expert]];
        return input && own ? tf.matMul(tf.transpose(input), own) : tf.zerosLike(weight);
      });
      return [tf.concat(dx.flat()), ...dBiases, ...dWeights];
    },
  );
}

/** The rows of each expert; undefined of one that has none. */
function split(x: tf.Tensor, sizes: readonly number[]): (tf.Tensor | undefined)[] {
  const [, width = 0] = x.shape;
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return size === 0 ? undefined : tf.slice(x, [start - size, 0], [size, width]);
  });
}

function rows(x: tf.Tensor, indices: Int32Array): tf.Tensor {
  return tf.gather(x, tf.tensor1d(indices, 'int32'));
}
