import * as tf from '@tensorflow/tfjs-core';
import { MoodtapeError } from '../errors.js';

/**
 * The operators of the network with gradients of their own, shaped for the wasm backend: there `matMul` is fast
 * only without transpose flags, column sums only as products with ones, and `exp` is slow where `sigmoid` is not.
 * On every backend they compute the same values as the plain operators.
 */

type Forward<T extends tf.Tensor> = { value: T; saved: tf.Tensor[] };

/** `tf.customGrad` with the inputs and the saved tensors told apart. */
export function withGradient<T extends tf.Tensor>(
  inputs: tf.Tensor[],
  forward: (inputs: tf.Tensor[]) => Forward<T>,
  backward: (dy: T, saved: tf.Tensor[]) => tf.Tensor[],
): T {
  const op = tf.customGrad<T>((...args) => {
    const save = args.at(-1);
    if (typeof save !== 'function')
      throw new MoodtapeError('MT_TRAINING', 'customGrad passed no save function');
    const { value, saved } = forward(args.filter((arg) => arg instanceof tf.Tensor));
    save(saved);
    return { value, gradFunc: backward };
  });
  return op(...inputs);
}

export function pick(tensors: tf.Tensor[], index: number): tf.Tensor {
  const tensor = tensors[index];
  if (tensor === undefined) throw new MoodtapeError('MT_TRAINING', `no tensor ${index}`);
  return tensor;
}

/** x [rows, in] · w [in, out] → [rows, out]. */
export function product(x: tf.Tensor, w: tf.Tensor): tf.Tensor {
  return withGradient(
    [x, w],
    ([a, b]) => {
      if (a === undefined || b === undefined)
        throw new MoodtapeError('MT_TRAINING', 'product takes two tensors');
      return { value: tf.matMul(a, b), saved: [a, b] };
    },
    (dy, saved) => [tf.matMul(dy, tf.transpose(pick(saved, 1))), tf.matMul(tf.transpose(pick(saved, 0)), dy)],
  );
}

/** `product` with a weight that does not learn: only x gets a gradient. */
export function frozenProduct(x: tf.Tensor, w: tf.Tensor): tf.Tensor {
  return withGradient(
    [x],
    (inputs) => ({ value: tf.matMul(pick(inputs, 0), w), saved: [] }),
    (dy) => [tf.matMul(dy, tf.transpose(w))],
  );
}

/** Sum over the rows of x [rows, columns] → [columns]. */
export function columnSums(x: tf.Tensor): tf.Tensor {
  const [rows = 0, columns = 0] = x.shape;
  return tf.reshape(tf.matMul(tf.ones([1, rows]), x), [columns]);
}

/** x [rows, n] + bias [n]. */
export function addBias(x: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  return withGradient(
    [x, bias],
    (inputs) => ({ value: tf.add(pick(inputs, 0), pick(inputs, 1)), saved: [] }),
    (dy) => [dy, columnSums(dy)],
  );
}

/** Layer normalisation over the last axis of x [rows, n]. */
export function layerNorm(x: tf.Tensor, gain: tf.Tensor, bias: tf.Tensor, eps: number): tf.Tensor {
  return withGradient(
    [x, gain, bias],
    (inputs) => {
      const centred = tf.sub(pick(inputs, 0), tf.mean(pick(inputs, 0), 1, true));
      const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), eps));
      const normal = tf.mul(centred, inverse);
      const value = tf.add(tf.mul(normal, pick(inputs, 1)), pick(inputs, 2));
      return { value, saved: [normal, inverse, pick(inputs, 1)] };
    },
    (dy, saved) => {
      const normal = pick(saved, 0);
      const dNormal = tf.mul(dy, pick(saved, 2));
      const parallel = tf.mul(normal, tf.mean(tf.mul(dNormal, normal), 1, true));
      const dx = tf.mul(tf.sub(tf.sub(dNormal, tf.mean(dNormal, 1, true)), parallel), pick(saved, 1));
      return [dx, columnSums(tf.mul(dy, normal)), columnSums(dy)];
    },
  );
}

/** GELU by the error function: x·Φ(x). */
export function gelu(x: tf.Tensor): tf.Tensor {
  return withGradient(
    [x],
    (inputs) => {
      const input = pick(inputs, 0);
      const phi = tf.mul(tf.add(tf.erf(tf.mul(input, Math.SQRT1_2)), 1), 0.5);
      // exp(h) = s / (1 − s) with s = sigmoid(h); h ≤ 0, so nothing overflows.
      const s = tf.sigmoid(tf.mul(tf.square(input), -0.5));
      const density = tf.mul(tf.div(s, tf.sub(1, s)), 1 / Math.sqrt(2 * Math.PI));
      return { value: tf.mul(input, phi), saved: [tf.add(phi, tf.mul(input, density))] };
    },
    (dy, saved) => [tf.mul(dy, pick(saved, 0))],
  );
}
