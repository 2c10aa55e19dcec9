import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../src/training/backend.js';
import { balanceLoss, classLoss, routeLoss } from '../../src/training/losses.js';

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
});
