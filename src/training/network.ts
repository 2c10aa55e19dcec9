import * as tf from '@tensorflow/tfjs-core';
import { MoodtapeError } from '../errors.js';
import { ffnExpertsOf, firstAdaptedLayer, type ModelSpec } from '../model/spec.js';
import { mixedFeedForward } from './mixed-feed-forward.js';
import type { NetworkWeights } from './network-weights.js';
import { gelu } from './tensor-ops.js';

/** The same function as the ONNX graph of src/model, in TensorFlow.js, for its gradients. test/training holds both together. */

/** How rows of texts lie in a batch: `batch` texts padded to `length` tokens. */
export interface BatchShape {
  readonly batch: number;
  readonly length: number;
  /** Tokens of each text, padding not counted. */
  readonly lengths: readonly number[];
}

/** Drops a share of the activations and scales the others so that the mean stays. */
export type Dropout = (x: tf.Tensor) => tf.Tensor;

export interface NetworkOutput {
  /** [batch, labels] */
  readonly logits: tf.Tensor;
  /** [batch, experts], before the softmax; undefined where no router was asked. */
  readonly routing: tf.Tensor | undefined;
  /** The load-balancing losses of all feed-forward experts together; 0 in a model without. */
  readonly loadBalance: tf.Tensor;
}

/** The network over one batch of hidden states. Rows are tokens: [batch·length, width]. */
export class Network {
  private readonly maskBias: tf.Tensor;
  private readonly poolWeights: tf.Tensor;
  /** Whether each token is text; the others are padding. */
  private readonly isText: readonly boolean[];
  /** Grows with each run of a layer that has feed-forward experts. */
  private loadBalance: tf.Tensor = tf.scalar(0);

  constructor(
    private readonly spec: ModelSpec,
    private readonly weights: NetworkWeights,
    private readonly shape: BatchShape,
    private readonly dropout: Dropout,
  ) {
    const { batch, length, lengths } = shape;
    this.isText = lengths.flatMap((n) => Array.from({ length }, (_, i) => i < n));
    this.maskBias = tf.tensor(
      this.isText.map((is) => (is ? 0 : -1e9)),
      [batch, 1, 1, length],
      'float32',
    );
    const share = this.isText.map((is, i) => (is ? 1 / (lengths[Math.floor(i / length)] ?? 1) : 0));
    this.poolWeights = tf.tensor(share, [batch, 1, length], 'float32');
  }

  /** Word vectors [rows, hidden] → the first layer's input. */
  embed(words: tf.Tensor): tf.Tensor {
    const { batch, length } = this.shape;
    const { hidden, positionOffset, layerNormEps } = this.spec.encoder;
    const positions = tf.slice(
      this.weights.get('embeddings.position'),
      [positionOffset, 0],
      [length, hidden],
    );
    const sum = tf.add(tf.reshape(words, [batch, length, hidden]), positions);
    return this.weights.norm('embeddings.norm', tf.reshape(sum, [batch * length, hidden]), layerNormEps);
  }

  /**
   * Hidden states after `from` layers → logits. The layers below `from` are frozen and not part of this network.
   * `gate` [batch, experts] takes the router's place (an expert trained alone): there is no routing then.
   */
  classify(hidden: tf.Tensor, from: number, gate?: tf.Tensor): NetworkOutput {
    const output = this.route(hidden, from, gate);
    return { ...output, loadBalance: this.loadBalance };
  }

  private route(hidden: tf.Tensor, from: number, gate?: tf.Tensor): Omit<NetworkOutput, 'loadBalance'> {
    const { experts, encoder } = this.spec;
    if (experts === null) {
      return { logits: this.head(this.layers(hidden, from, encoder.layers)), routing: undefined };
    }
    const first = firstAdaptedLayer(this.spec);
    const shared = this.layers(hidden, from, Math.max(from, first));
    const mixed = (mix: tf.Tensor) =>
      this.head(this.layers(shared, Math.max(from, first), encoder.layers, mix));
    if (gate !== undefined) return { logits: mixed(gate), routing: undefined };
    const read = experts.router.at === 'final' ? this.layers(shared, first, encoder.layers) : shared;
    const routing = this.router(read);
    return { logits: mixed(tf.softmax(routing)), routing };
  }

  private layers(hidden: tf.Tensor, from: number, to: number, mix?: tf.Tensor): tf.Tensor {
    const gates = mix === undefined ? undefined : this.repeatGates(mix);
    let x = hidden;
    for (let i = from; i < to; i++) x = this.layer(i, x, gates);
    return x;
  }

  private layer(i: number, x: tf.Tensor, gates?: tf.Tensor): tf.Tensor {
    const { layerNormEps } = this.spec.encoder;
    const attended = this.attention(i, x, gates);
    const middle = this.weights.norm(`layer.${i}.attention.norm`, tf.add(x, attended), layerNormEps);
    const fed = this.feedForward(i, middle, gates);
    return this.weights.norm(`layer.${i}.ffn.norm`, tf.add(middle, fed), layerNormEps);
  }

  private feedForward(i: number, x: tf.Tensor, gates?: tf.Tensor): tf.Tensor {
    const experts = ffnExpertsOf(this.spec, i);
    if (experts === undefined) {
      const wide = gelu(this.linear(`layer.${i}.ffn.up`, x, gates));
      return this.linear(`layer.${i}.ffn.down`, wide, gates);
    }
    const { output, loadBalance } = mixedFeedForward(this.weights, experts, i, x, this.isText);
    this.loadBalance = tf.add(this.loadBalance, loadBalance);
    return output;
  }

  private attention(i: number, x: tf.Tensor, gates?: tf.Tensor): tf.Tensor {
    const { batch, length } = this.shape;
    const { hidden, heads } = this.spec.encoder;
    const width = hidden / heads;
    const [q, k, v] = (['query', 'key', 'value'] as const).map((map) => {
      const rows = this.linear(`layer.${i}.attention.${map}`, x, gates);
      return tf.transpose(tf.reshape(rows, [batch, length, heads, width]), [0, 2, 1, 3]);
    });
    if (q === undefined || k === undefined || v === undefined)
      throw new MoodtapeError('MT_TRAINING', 'no heads');
    const scores = tf.add(tf.matMul(tf.mul(q, 1 / Math.sqrt(width)), k, false, true), this.maskBias);
    const context = tf.transpose(tf.matMul(tf.softmax(scores), v), [0, 2, 1, 3]);
    return this.linear(`layer.${i}.attention.output`, tf.reshape(context, [batch * length, hidden]), gates);
  }

  /** xW + b, and where `gates` are given and the map is adapted, + s·((xA) ⊙ gates)B. */
  private linear(name: string, x: tf.Tensor, gates?: tf.Tensor): tf.Tensor {
    const dense = this.weights.linear(name, x);
    const { experts } = this.spec;
    if (gates === undefined || experts === null || !this.weights.has(`${name}.adapter.a`)) return dense;
    const low = tf.mul(this.weights.product(x, `${name}.adapter.a`), gates);
    const adapted = this.weights.product(low, `${name}.adapter.b`);
    return tf.add(dense, tf.mul(adapted, experts.alpha / experts.rank));
  }

  /** [batch, experts] → [batch·length, experts·rank]: a text's weights for each of its tokens and each rank. */
  private repeatGates(mix: tf.Tensor): tf.Tensor {
    const { batch, length } = this.shape;
    const [, experts = 0] = mix.shape;
    const rank = this.spec.experts?.rank ?? 0;
    const column = tf.reshape(mix, [batch, 1, experts, 1]);
    return tf.reshape(tf.mul(tf.ones([batch, length, experts, rank]), column), [
      batch * length,
      experts * rank,
    ]);
  }

  /** Reads the first token of each text. */
  private router(x: tf.Tensor): tf.Tensor {
    const { batch, length } = this.shape;
    const { hidden } = this.spec.encoder;
    const first = tf.reshape(
      tf.slice(tf.reshape(x, [batch, length, hidden]), [0, 0, 0], [batch, 1, hidden]),
      [batch, hidden],
    );
    const wide = this.weights.norm('router.norm', this.linear('router.hidden', first), ROUTER_EPS);
    const logits = this.linear('router.output', this.dropout(tf.relu(wide)));
    return tf.div(logits, tf.maximum(this.weights.get('router.temperature'), MIN_TEMPERATURE));
  }

  /** Mean over the tokens of each text, then the classes. */
  private head(x: tf.Tensor): tf.Tensor {
    const { batch, length } = this.shape;
    const { hidden } = this.spec.encoder;
    const pooled = tf.matMul(this.poolWeights, tf.reshape(x, [batch, length, hidden]));
    return this.linear('head', this.dropout(tf.reshape(pooled, [batch, hidden])));
  }
}

const ROUTER_EPS = 1e-5;
const MIN_TEMPERATURE = 0.1;
