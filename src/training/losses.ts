import * as tf from '@tensorflow/tfjs-core';
import type { TokenDispatch } from './token-dispatch.js';

/** The losses of FinSA-MoE: L = L_class + 1.5·L_route + 0.05·L_balance. */
export const LOSS_WEIGHTS = { route: 1.5, balance: 0.05 } as const;

/**
 * Classification loss, the mean over the batch of weight · (1 − p_label)^gamma · cross-entropy(targets).
 * With gamma 0 it is the (smoothed, weighted) cross-entropy; with gamma 2, the focal loss (Lin et al. 2017).
 *
 * @param logits [batch, labels]
 * @param targets [batch, labels], rows that sum to 1: one-hot labels, smoothed
 * @param weights [batch]
 */
export function classLoss(
  logits: tf.Tensor,
  targets: tf.Tensor,
  weights: tf.Tensor,
  gamma: number,
): tf.Tensor {
  const logP = tf.logSoftmax(logits);
  const entropy = tf.neg(tf.sum(tf.mul(targets, logP), 1));
  if (gamma === 0) return tf.mean(tf.mul(weights, entropy));
  const labels = tf.cast(tf.equal(targets, tf.max(targets, 1, true)), 'float32');
  const pLabel = tf.sum(tf.mul(labels, tf.exp(logP)), 1);
  return tf.mean(tf.mul(tf.mul(weights, tf.pow(tf.sub(1, pLabel), gamma)), entropy));
}

/** Cross-entropy of the routing logits [batch, experts] against the texts' domains [batch, experts], one-hot. */
export function routeLoss(routing: tf.Tensor, domains: tf.Tensor): tf.Tensor {
  return tf.mean(tf.neg(tf.sum(tf.mul(domains, tf.logSoftmax(routing)), 1)));
}

/** KL divergence of the batch's mean routing weights from the uniform ones. */
export function balanceLoss(routing: tf.Tensor): tf.Tensor {
  const [, experts = 1] = routing.shape;
  const mean = tf.mean(tf.softmax(routing), 0);
  return tf.sum(tf.mul(mean, tf.log(tf.mul(mean, experts))));
}

/**
 * Load-balancing loss of token-routed experts (Switch Transformer, Fedus et al. 2022, eq. 4 to 6, without its factor α):
 * E · Σ fₑ·Pₑ with fₑ the share of the slots that expert e takes and Pₑ its mean probability, over the tokens that are
 * text. It is 1 when the load is even; the shares have no gradient.
 *
 * @param probabilities [tokens, experts]
 */
export function loadBalanceLoss(
  probabilities: tf.Tensor,
  { topK, experts }: TokenDispatch,
  isText: readonly boolean[],
): tf.Tensor {
  const [tokens = 0, count = 0] = probabilities.shape;
  const texts = isText.filter((is) => is).length;
  const load = new Float32Array(count);
  for (const [slot, expert] of experts.entries()) {
    if (isText[Math.floor(slot / topK)]) load[expert] = (load[expert] ?? 0) + 1 / (texts * topK);
  }
  const factors = isText.flatMap((is) => Array.from(load, (share) => (is ? (count * share) / texts : 0)));
  return tf.sum(tf.mul(probabilities, tf.tensor(factors, [tokens, count], 'float32')));
}

/**
 * Class weights by the effective number of samples (Cui et al. 2019): (1 − β) / (1 − β^n), normalised to mean 1 over
 * the classes that occur.
 */
export function effectiveNumberWeights(counts: readonly number[], beta: number): number[] {
  const raw = counts.map((n) => (n === 0 ? 0 : (1 - beta) / (1 - beta ** n)));
  const mean = raw.reduce((sum, w) => sum + w, 0) / counts.filter((n) => n > 0).length;
  return raw.map((w) => w / mean);
}
