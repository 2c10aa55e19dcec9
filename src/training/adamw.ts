/** AdamW (Loshchilov and Hutter 2019) on float32 arrays, with bias correction and decoupled weight decay. */
export interface AdamwSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weightDecay: number;
}

export const ADAMW_DEFAULTS: AdamwSettings = { beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01 };

/** First and second moments of one parameter. */
export interface Moments {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

export const zeroMoments = (length: number): Moments => ({
  first: new Float32Array(length),
  second: new Float32Array(length),
});

/**
 * One update, in place. `step` counts from 1. `decay` is false for biases and norms.
 * `rows` restricts the update to the rows of an embedding table that the batch used (LazyAdam): `gradient` then
 * holds these rows one after the other.
 */
export function adamwStep(
  weights: Float32Array,
  gradient: Float32Array,
  moments: Moments,
  step: number,
  learningRate: number,
  decay: boolean,
  settings: AdamwSettings,
  rows?: { readonly indices: Int32Array; readonly width: number },
): void {
  const { beta1, beta2, eps, weightDecay } = settings;
  const { first, second } = moments;
  const correction1 = 1 - beta1 ** step;
  const correction2 = Math.sqrt(1 - beta2 ** step);
  const rate = learningRate / correction1;
  const shrink = decay ? learningRate * weightDecay : 0;
  const update = (to: number, from: number, count: number) => {
    for (let i = to, j = from; i < to + count; i++, j++) {
      const g = gradient[j] ?? 0;
      const m = beta1 * (first[i] ?? 0) + (1 - beta1) * g;
      const v = beta2 * (second[i] ?? 0) + (1 - beta2) * g * g;
      first[i] = m;
      second[i] = v;
      const w = weights[i] ?? 0;
      weights[i] = w - shrink * w - (rate * m) / (Math.sqrt(v) / correction2 + eps);
    }
  };
  if (rows === undefined) {
    update(0, 0, weights.length);
  } else {
    rows.indices.forEach((row, k) => {
      update(row * rows.width, k * rows.width, rows.width);
    });
  }
}
