import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { MoodtapeError } from '../errors.js';

/**
 * The derivatives of the TensorFlow.js operators that the network and the losses use, imported for their effect: in Node
 * the core of TensorFlow.js comes without any, and the package that has them brings a quarter of a gigabyte with it.
 */

/** What an operator had: its inputs in order, its output, its attributes. */
interface Applied {
  readonly a: tf.Tensor;
  /** The second input; the first where there is none. */
  readonly b: tf.Tensor;
  readonly y: tf.Tensor;
  readonly attributes: unknown;
}

type Derivative = (dy: tf.Tensor, applied: Applied) => tf.Tensor;

/** Registers the derivative of an operator by each of its inputs. */
function register(kernelName: string, derivatives: Readonly<Record<string, Derivative>>): void {
  const inputs = Object.keys(derivatives);
  tf.registerGradient({
    kernelName,
    inputsToSave: inputs,
    outputsToSave: [true],
    gradFunc(dy, saved, attributes) {
      const [a] = saved;
      const y = saved[inputs.length];
      if (Array.isArray(dy) || a === undefined || y === undefined) {
        throw new MoodtapeError('MT_TRAINING', `${kernelName} was not applied as expected`);
      }
      const applied = { a, b: (inputs.length > 1 ? saved[1] : a) ?? a, y, attributes };
      return Object.fromEntries(
        Object.entries(derivatives).map(([input, derivative]) => [input, () => derivative(dy, applied)]),
      );
    },
  });
}

/** Sums a gradient over the axes along which the input was repeated. */
function unbroadcast(gradient: tf.Tensor, input: tf.Tensor): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(input.shape, gradient.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(gradient, axes) : gradient, input.shape);
}

const by = {
  add: (dy: tf.Tensor, input: tf.Tensor) => unbroadcast(dy, input),
  product: (dy: tf.Tensor, other: tf.Tensor, input: tf.Tensor) => unbroadcast(tf.mul(dy, other), input),
};

register('Add', { a: (dy, { a }) => by.add(dy, a), b: (dy, { b }) => by.add(dy, b) });
register('Sub', { a: (dy, { a }) => by.add(dy, a), b: (dy, { b }) => tf.neg(by.add(dy, b)) });
register('Multiply', {
  a: (dy, { a, b }) => by.product(dy, b, a),
  b: (dy, { a, b }) => by.product(dy, a, b),
});
register('RealDiv', {
  a: (dy, { a, b }) => unbroadcast(tf.div(dy, b), a),
  b: (dy, { a, b }) => tf.neg(tf.div(by.product(dy, a, b), tf.square(b))),
});
register('Maximum', {
  a: (dy, { a, b }) => by.product(dy, tf.cast(tf.greaterEqual(a, b), 'float32'), a),
  b: (dy, { a, b }) => by.product(dy, tf.cast(tf.less(a, b), 'float32'), b),
});
// The exponent is a constant of the losses.
register('Pow', {
  a: (dy, { a, b }) => unbroadcast(tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(b, 1)))), a),
  b: (dy, { a, b, y }) => unbroadcast(tf.mul(dy, tf.mul(y, tf.log(a))), b),
});

register('Neg', { x: (dy) => tf.neg(dy) });
register('Exp', { x: (dy, { y }) => tf.mul(dy, y) });
register('Log', { x: (dy, { a }) => tf.div(dy, a) });
register('Relu', { x: (dy, { a }) => tf.mul(dy, tf.step(a)) });

register('Reshape', { x: (dy, { a }) => tf.reshape(dy, a.shape) });
const permutation = z.object({ perm: z.array(z.number()) });
register('Transpose', {
  x: (dy, { attributes }) => {
    const { perm } = permutation.parse(attributes);
    return tf.transpose(
      dy,
      perm.map((_, axis) => perm.indexOf(axis)),
    );
  },
});
const start = z.object({ begin: z.array(z.number()) });
register('Slice', {
  x: (dy, { a, attributes }) => {
    const { begin } = start.parse(attributes);
    const margins = begin.map((first, axis): [number, number] => [
      first,
      (a.shape[axis] ?? 0) - first - (dy.shape[axis] ?? 0),
    ]);
    return tf.pad(dy, margins);
  },
});

const axes = z.object({ axis: z.union([z.number(), z.array(z.number())]).nullish() });
/** A reduced gradient, spread over the input again. */
function spread(dy: tf.Tensor, { a, attributes }: Applied): tf.Tensor {
  const reduced = tf.util.parseAxisParam(axes.parse(attributes).axis ?? a.shape.map((_, i) => i), a.shape);
  const kept = a.shape.map((size, i) => (reduced.includes(i) ? 1 : size));
  return tf.mul(tf.reshape(dy, kept), tf.ones(a.shape));
}
register('Sum', { x: spread });
register('Mean', { x: (dy, applied) => tf.div(spread(dy, applied), applied.a.size / applied.y.size) });

register('Softmax', {
  logits: (dy, { y }) => {
    const weighted = tf.mul(dy, y);
    return tf.sub(weighted, tf.mul(tf.sum(weighted, -1, true), y));
  },
});
register('LogSoftmax', {
  logits: (dy, { y }) => tf.sub(dy, tf.mul(tf.sum(dy, -1, true), tf.exp(y))),
});

const flags = z.object({ transposeA: z.literal(false), transposeB: z.boolean() });
register('BatchMatMul', {
  a: (dy, { b, attributes }) => tf.matMul(dy, b, false, !flags.parse(attributes).transposeB),
  b: (dy, { a, attributes }) =>
    flags.parse(attributes).transposeB ? tf.matMul(dy, a, true, false) : tf.matMul(a, dy, true, false),
});
