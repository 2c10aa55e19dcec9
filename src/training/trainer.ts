import * as tf from '@tensorflow/tfjs-core';
import { MoodtapeError } from '../errors.js';
import type { Parameter, Parameters } from '../model/parameters.js';
import type { ModelSpec } from '../model/spec.js';
import { ADAMW_DEFAULTS, adamwStep, type Moments, zeroMoments } from './adamw.js';
import { epochBatches } from './batches.js';
import { seededDropout } from './dropout.js';
import { rateShares } from './ffn-experts.js';
import { type Gradients, gradients, type Objective, parameterTensor, type TrainingText } from './gradient.js';
import { derive } from './random.js';
import { warmupLinear } from './schedule.js';
import { rowsFrom, WORDS } from './word-gradient.js';

export interface TrainerSettings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Steps over which the learning rate rises from 0. */
  readonly warmup: number;
  /** Decay of the exponential moving average of the weights; 0 keeps the last weights. */
  readonly averaging: number;
  /** Dropout rate of the pooled text and of the router. */
  readonly dropout: number;
  readonly seed: number;
}

export interface TrainingTask {
  readonly spec: ModelSpec;
  readonly parameters: Parameters;
  /** Names of the parameters that learn; the others stay as they are. */
  readonly learns: ReadonlySet<string>;
  /** Row of the word table from which on it learns, where it does; 0 when left out. */
  readonly firstWord?: number | undefined;
  /** Layers below the network: their outputs are the texts' `hidden`. */
  readonly from: number;
  readonly texts: readonly TrainingText[];
  readonly objective: Objective;
  readonly settings: TrainerSettings;
}

/** Gradients longer than this, all together, are shortened to it. */
const MAX_NORM = 1;

/** Everything that changes while training: what a checkpoint holds. */
export interface TrainerState {
  /** Batches done. */
  step: number;
  readonly weights: Map<string, Parameter>;
  readonly averages: Map<string, Float32Array>;
  readonly moments: Map<string, Moments>;
}

/** Trains the parameters of one task, a step at a time. The same task gives the same weights on one backend. */
export class Trainer {
  readonly state: TrainerState;
  /** Batches in all. */
  readonly steps: number;
  private readonly perEpoch: number;
  private readonly lengths: number[];
  private readonly rateShares: ReadonlyMap<string, number>;
  private readonly frozen: Map<string, tf.Tensor>;
  private epoch = { number: -1, batches: [] as number[][] };

  constructor(private readonly task: TrainingTask) {
    const { parameters, learns, texts, settings } = task;
    this.lengths = texts.map(({ ids }) => ids.length);
    this.perEpoch = Math.ceil(texts.length / settings.batchSize);
    this.steps = this.perEpoch * settings.epochs;
    this.rateShares = rateShares(task.spec);
    this.state = { step: 0, weights: new Map(), averages: new Map(), moments: new Map() };
    for (const name of learns) {
      const parameter = parameters.get(name);
      if (parameter === undefined)
        throw new MoodtapeError('MT_TRAINING', `the model has no parameter ${name}`);
      this.state.weights.set(name, { shape: parameter.shape, data: parameter.data.slice() });
      this.state.averages.set(name, parameter.data.slice());
      this.state.moments.set(name, zeroMoments(parameter.data.length));
    }
    const still = [...parameters.keys()].filter((name) => !learns.has(name) && name !== WORDS);
    this.frozen = new Map(still.map((name) => [name, parameterTensor(parameters, name)]));
  }

  get done(): boolean {
    return this.state.step >= this.steps;
  }

  /** Trains on the next batch. @returns its loss and the number of its texts */
  next(): { readonly loss: number; readonly texts: number } {
    const { spec, learns, from, objective, texts, settings } = this.task;
    const { step } = this.state;
    const batch = this.batch(step).map((index) => {
      const text = texts[index];
      if (text === undefined) throw new MoodtapeError('MT_TRAINING', `no text ${index}`);
      return text;
    });
    const dropout = seededDropout(settings.dropout, derive(settings.seed, 'dropout', step));
    const result = gradients(spec, this.current(), learns, this.frozen, batch, from, objective, dropout);
    this.update(result);
    this.state.step += 1;
    return { loss: result.loss, texts: batch.length };
  }

  /** The parameters of the model: averaged where averaging is on. */
  parameters(): Parameters {
    const { averaging } = this.task.settings;
    if (averaging === 0) return this.current();
    const averaged = [...this.state.averages].map(([name, data]): [string, Parameter] => [
      name,
      { shape: this.task.parameters.get(name)?.shape ?? [], data },
    ]);
    return new Map([...this.task.parameters, ...averaged]);
  }

  dispose(): void {
    tf.dispose([...this.frozen.values()]);
  }

  private current(): Parameters {
    return new Map([...this.task.parameters, ...this.state.weights]);
  }

  private batch(step: number): number[] {
    const { batchSize, seed } = this.task.settings;
    const number = Math.floor(step / this.perEpoch);
    if (this.epoch.number !== number) {
      this.epoch = { number, batches: epochBatches(this.lengths, batchSize, seed, number) };
    }
    return this.epoch.batches[step % this.perEpoch] ?? [];
  }

  private update({ byName, words: used }: Gradients): void {
    const { settings, spec, firstWord = 0 } = this.task;
    const words = used && rowsFrom(used, firstWord, spec.encoder.hidden);
    const step = this.state.step + 1;
    const all = [...byName, ...(words === undefined ? [] : [[WORDS, words.gradient] as const])];
    const scale = Math.min(1, MAX_NORM / (globalNorm(all.map(([, gradient]) => gradient)) + 1e-6));
    const rate = settings.learningRate * warmupLinear(step, settings.warmup, this.steps + 1);
    for (const [name, gradient] of all) {
      const { data } = this.state.weights.get(name) ?? { data: new Float32Array(0) };
      const moments = this.state.moments.get(name) ?? zeroMoments(0);
      for (let i = 0; i < gradient.length; i++) gradient[i] = (gradient[i] ?? 0) * scale;
      const rows =
        name === WORDS && words ? { indices: words.indices, width: spec.encoder.hidden } : undefined;
      const share = rate * (this.rateShares.get(name) ?? 1);
      adamwStep(data, gradient, moments, step, share, name.endsWith('.weight'), ADAMW_DEFAULTS, rows);
    }
    if (settings.averaging > 0) this.average(settings.averaging);
  }

  /** Moves the averages; the decay rises with the steps, so that the first weights are soon forgotten. */
  private average(decay: number): void {
    const step = this.state.step + 1;
    const keep = Math.min(decay, (1 + step) / (10 + step));
    for (const [name, average] of this.state.averages) {
      const { data } = this.state.weights.get(name) ?? { data: average };
      for (let i = 0; i < average.length; i++) {
        average[i] = keep * (average[i] ?? 0) + (1 - keep) * (data[i] ?? 0);
      }
    }
  }
}

function globalNorm(all: readonly Float32Array[]): number {
  let sum = 0;
  for (const gradient of all) for (let i = 0; i < gradient.length; i++) sum += (gradient[i] ?? 0) ** 2;
  return Math.sqrt(sum);
}
