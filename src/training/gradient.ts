import * as tf from '@tensorflow/tfjs-core';
import './gradient-rules.js';
import { MoodtapeError } from '../errors.js';
import type { Parameters } from '../model/parameters.js';
import type { ModelSpec } from '../model/spec.js';
import { balanceLoss, classLoss, LOSS_WEIGHTS, routeLoss } from './losses.js';
import { type BatchShape, type Dropout, Network, type NetworkOutput } from './network.js';
import { NetworkWeights } from './network-weights.js';
import { scatter, WORDS, type WordGradient } from './word-gradient.js';

/** One text of a batch, as the network takes it. */
export interface TrainingText {
  readonly ids: Int32Array;
  /** Hidden state after the frozen layers, [tokens, hidden]; undefined when the network begins with the embeddings. */
  readonly hidden: Float32Array | undefined;
  /** Target distribution over the labels. */
  readonly target: readonly number[];
  /** Weight in the classification loss. */
  readonly weight: number;
  /** Index of the expert that the text belongs to. */
  readonly expert: number;
}

export interface Objective {
  /** Focal exponent; 0 is cross-entropy. */
  readonly gamma: number;
  /** `expert`: each text goes to its own expert; `router`: the router mixes, and learns to route. */
  readonly routing: 'expert' | 'router';
  /** Coefficient of the load-balancing loss of feed-forward experts; 0: off. */
  readonly loadBalance: number;
}

export interface Gradients {
  readonly loss: number;
  readonly byName: ReadonlyMap<string, Float32Array>;
  readonly words: WordGradient | undefined;
}

/** Loss and gradients of the `learns` weights over one batch. `from` counts the frozen layers below. */
export function gradients(
  spec: ModelSpec,
  parameters: Parameters,
  learns: ReadonlySet<string>,
  frozen: ReadonlyMap<string, tf.Tensor>,
  texts: readonly TrainingText[],
  from: number,
  objective: Objective,
  dropout: Dropout,
): Gradients {
  const names = [...learns].filter((name) => name !== WORDS);
  const lengths = texts.map(({ ids }) => ids.length);
  const shape: BatchShape = { batch: texts.length, length: Math.max(...lengths), lengths };
  const input = inputRows(spec, parameters, texts, shape);
  let loss = 0;
  const tensors = tf.tidy(() => {
    const learned = names.map((name) => parameterTensor(parameters, name));
    const objectiveOf = (...weights: tf.Tensor[]) => {
      const all = new Map(frozen);
      names.forEach((name, i) => {
        const weight = weights[i];
        if (weight !== undefined) all.set(name, weight);
      });
      const network = new Network(spec, new NetworkWeights(all, learns), shape, dropout);
      // The rows come last where they learn, and are a constant where not.
      const rows = weights[names.length] ?? input;
      const hidden = texts.some((text) => text.hidden !== undefined) ? rows : network.embed(rows);
      const gate = objective.routing === 'expert' ? expertGate(spec, texts) : undefined;
      return totalLoss(network.classify(hidden, from, gate), spec, texts, objective);
    };
    const { value, grads } = tf.valueAndGrads(objectiveOf)(learns.has(WORDS) ? [...learned, input] : learned);
    loss = value.dataSync()[0] ?? Number.NaN;
    return grads;
  });
  input.dispose();
  const found = tensors.map((tensor) => {
    const data = Float32Array.from(tensor.dataSync());
    tensor.dispose();
    return data;
  });
  if (!Number.isFinite(loss)) {
    throw new MoodtapeError('MT_TRAINING', `the loss is ${loss}; lower the learning rate`);
  }
  const rows = found[names.length];
  return {
    loss,
    byName: new Map(names.map((name, i) => [name, found[i] ?? new Float32Array(0)])),
    words: rows && scatter(rows, texts, shape.length, spec.encoder.hidden),
  };
}

export function parameterTensor(parameters: Parameters, name: string): tf.Tensor {
  const parameter = parameters.get(name);
  if (parameter === undefined) throw new MoodtapeError('MT_TRAINING', `the model has no parameter ${name}`);
  return tf.tensor(parameter.data, [...parameter.shape], 'float32');
}

/** [batch·length, hidden]: the cached hidden states, or the texts' word vectors; zeros where there is padding. */
function inputRows(
  spec: ModelSpec,
  parameters: Parameters,
  texts: readonly TrainingText[],
  { batch, length }: BatchShape,
): tf.Tensor {
  const { hidden: width } = spec.encoder;
  const table = parameters.get(WORDS)?.data ?? new Float32Array(0);
  const rows = new Float32Array(batch * length * width);
  texts.forEach(({ ids, hidden }, t) => {
    const start = t * length * width;
    if (hidden !== undefined) rows.set(hidden, start);
    else
      ids.forEach((id, i) => {
        rows.set(table.subarray(id * width, (id + 1) * width), start + i * width);
      });
  });
  return tf.tensor(rows, [batch * length, width], 'float32');
}

function oneHot(texts: readonly TrainingText[], experts: number): tf.Tensor {
  return tf.tensor(
    texts.map(({ expert }) => Array.from({ length: experts }, (_, e) => (e === expert ? 1 : 0))),
    [texts.length, experts],
    'float32',
  );
}

function expertGate(spec: ModelSpec, texts: readonly TrainingText[]): tf.Tensor | undefined {
  return spec.experts === null ? undefined : oneHot(texts, spec.experts.names.length);
}

function totalLoss(
  { logits, routing, loadBalance }: NetworkOutput,
  spec: ModelSpec,
  texts: readonly TrainingText[],
  objective: Objective,
): tf.Tensor {
  const targets = tf.tensor(
    texts.map(({ target }) => [...target]),
    [texts.length, spec.labels.length],
    'float32',
  );
  const weights = tf.tensor1d(
    texts.map(({ weight }) => weight),
    'float32',
  );
  const classes = tf.add(
    classLoss(logits, targets, weights, objective.gamma),
    tf.mul(loadBalance, objective.loadBalance),
  );
  if (routing === undefined || objective.routing === 'expert') return classes;
  const route = tf.mul(
    routeLoss(routing, oneHot(texts, spec.experts?.names.length ?? 0)),
    LOSS_WEIGHTS.route,
  );
  const balance = tf.mul(balanceLoss(routing), LOSS_WEIGHTS.balance);
  return tf.add(classes, tf.add(route, balance));
}
