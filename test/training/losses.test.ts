import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../src/training/backend.js';
import { balanceLoss, classLoss, loadBalanceLoss, routeLoss } from '../../src/training/losses.js';
import { dispatchTokens } from '../../src/training/token-dispatch.js';

// Guards: the losses against torch.nn.functional and by-hand values (logits and labels as below).

describe('losses', () => {
  beforeAll(() => loadBackend('wasm'));

  const logits = () =>
    tf.tensor2d([
      [1, -1, 0.5],
      [0, 2, -1],
    ]);
  const hard = () =>
    tf.tensor2d([
      [1, 0, 0],
      [0, 0, 1],
    ]);
  const smooth = () => tf.add(tf.mul(hard(), 0.9), 0.1 / 3);
  const value = (tensor: tf.Tensor) => tensor.dataSync()[0];

  it('is cross_entropy with label_smoothing=0.1', () => {
    expect(value(classLoss(logits(), smooth(), tf.ones([2]), 0))).toBeCloseTo(1.837401, 5);
  });

  it('is the focal loss with gamma 2', () => {
    expect(value(classLoss(logits(), hard(), tf.ones([2]), 2))).toBeCloseTo(1.504887, 5);
  });

  it('weighs texts', () => {
    expect(value(classLoss(logits(), hard(), tf.tensor1d([2, 0]), 0))).toBeCloseTo(0.554957, 5);
  });

  it('asks the router for the domain', () => {
    expect(value(routeLoss(tf.tensor2d([[0, 0]]), tf.tensor2d([[1, 0]])))).toBeCloseTo(Math.LN2, 5);
  });

  it('is KL(mean weights || uniform)', () => {
    expect(
      value(
        balanceLoss(
          tf.tensor2d([
            [2, 0],
            [1, 0.5],
          ]),
        ),
      ),
    ).toBeCloseTo(0.132608, 5);
    expect(
      value(
        balanceLoss(
          tf.tensor2d([
            [3, 0],
            [0, 3],
          ]),
        ),
      ),
    ).toBeCloseTo(0, 5);
  });

  const loadBalance = (rows: number[][], topK: number, isText = rows.map(() => true)) => {
    const probabilities = tf.tensor2d(rows);
    const dispatch = dispatchTokens(Float32Array.from(rows.flat()), rows[0]?.length ?? 0, topK);
    return value(loadBalanceLoss(probabilities, dispatch, isText));
  };
  const even = [
    [0.6, 0.3, 0.1],
    [0.1, 0.6, 0.3],
    [0.3, 0.1, 0.6],
  ];

  it.each([1, 2, 3])('is 1 where all experts have the same load, %i a token', (topK) => {
    expect(loadBalance(even, topK)).toBeCloseTo(1, 5);
  });

  it('grows with the load of the most likely expert', () => {
    // 3 · (1 · 0.8)
    expect(loadBalance([[0.8, 0.1, 0.1]], 1)).toBeCloseTo(2.4, 5);
    // 3 · (2/3 · 0.7 + 1/3 · 0.2)
    const rows = [
      [0.8, 0.1, 0.1],
      [1, 0, 0],
      [0.3, 0.5, 0.2],
    ];
    expect(loadBalance(rows, 1)).toBeCloseTo(1.6, 5);
  });

  it('leaves padding out of the load', () => {
    expect(loadBalance([...even, [1, 0, 0]], 1, [true, true, true, false])).toBeCloseTo(1, 5);
  });
});
