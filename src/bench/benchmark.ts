import type { Settings } from '../config.js';
import type { Comparison } from './side.js';

/** What every benchmark is told. */
export interface BenchOptions {
  /** How our model runs. */
  readonly settings: Settings;
  /** Files of texts, or folders of `test.csv` files; the demo feed when there is none. */
  readonly data: readonly string[];
  /** Number of texts. */
  readonly texts: number;
  /** How often each side is measured. */
  readonly rounds: number;
  readonly onRound: (done: number) => void;
}

/** What a benchmark found. */
export interface Outcome {
  /** At least one; the first is what the benchmark is known by. */
  readonly comparisons: readonly Comparison[];
  /** What else it measured: rows of the same columns. */
  readonly rows?: readonly Row[];
  /** What the numbers rest on, such as where the model ran. */
  readonly facts?: Row;
}

export type Row = Readonly<Record<string, number | string>>;
