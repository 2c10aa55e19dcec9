import { argmax, type Prediction } from './metrics.js';
import { random } from './random.js';

/** How two models differ on the same texts. */
export interface PairedTest {
  /** Accuracy of the first minus accuracy of the second. */
  readonly difference: number;
  /** 95 % interval of the difference by paired bootstrap. */
  readonly interval: readonly [number, number];
  /** Texts that only the first, and only the second, has right. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Two-sided exact McNemar test: how likely so uneven a split is when both are equally good. */
  readonly pValue: number;
}

const RESAMPLES = 2000;

/** Compares predictions of two models for the same texts, in the same order. */
export function pairedTest(first: readonly Prediction[], second: readonly Prediction[]): PairedTest {
  const gains = first.map((prediction, i) => {
    const other = second[i];
    return Number(isRight(prediction)) - Number(other !== undefined && isRight(other));
  });
  const onlyFirst = gains.filter((gain) => gain > 0).length;
  const onlySecond = gains.filter((gain) => gain < 0).length;
  const means = bootstrapMeans(gains).sort((a, b) => a - b);
  return {
    difference: (onlyFirst - onlySecond) / gains.length,
    interval: [means[Math.floor(RESAMPLES * 0.025)] ?? 0, means[Math.floor(RESAMPLES * 0.975)] ?? 0],
    onlyFirst,
    onlySecond,
    pValue: mcnemar(onlyFirst, onlySecond),
  };
}

const isRight = ({ label, probabilities }: Prediction) => argmax(probabilities) === label;

function bootstrapMeans(values: readonly number[]): number[] {
  const next = random(2026);
  return Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[Math.floor(next() * values.length)] ?? 0;
    return sum / values.length;
  });
}

/** Twice the tail of the binomial with probability ½, at most 1. */
function mcnemar(a: number, b: number): number {
  const n = a + b;
  let term = -n * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= Math.min(a, b); k++) {
    tail += Math.exp(term);
    term += Math.log(n - k) - Math.log(k + 1);
  }
  return Math.min(1, 2 * tail);
}
