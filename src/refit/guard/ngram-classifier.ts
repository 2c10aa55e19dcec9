import { derive, shuffle } from '../../training/random.js';

/** A text as the classifier reads it: hashed features, and how much each counts. */
export interface NgramFeatures {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

export interface NgramExample {
  readonly features: NgramFeatures;
  /** Index into the labels. */
  readonly label: number;
}

/** Longest run of characters that is a feature; with three, the accuracy is the same for twice the time. */
const LONGEST = 2;
/** Characters of a text that are read. */
const READ = 128;
const BUCKETS = 2 ** 16;
const EPOCHS = 4;
const RATE = 0.5;
/** Of the gradient's squares, so that the first step of a feature is not too long. */
const SMOOTH = 0.1;
const L2 = 1e-5;

/** Single characters and pairs, each once, as a vector of length 1; and dense features, such as what models say of the text. */
export function ngramFeatures(text: string, dense: readonly number[] = []): NgramFeatures {
  const read = text.slice(0, READ);
  const grams = new Set<number>();
  for (let length = 1; length <= LONGEST; length++) {
    for (let start = 0; start + length <= read.length; start++) {
      grams.add(dense.length + (bucket(read, start, length) % (BUCKETS - dense.length)));
    }
  }
  const value = 1 / Math.sqrt(Math.max(1, grams.size));
  return {
    indices: Uint32Array.from([...dense.keys(), ...grams]),
    values: Float32Array.from([...dense, ...new Array<number>(grams.size).fill(value)]),
  };
}

/** FNV-1a. */
function bucket(text: string, start: number, length: number): number {
  let hash = 2166136261 ^ length;
  for (let i = start; i < start + length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Multinomial logistic regression, by AdaGrad. */
export class NgramClassifier {
  readonly #weights: Float32Array;

  private constructor(private readonly labels: number) {
    this.#weights = new Float32Array(BUCKETS * labels);
  }

  /** The same examples and seed give the same classifier. */
  static learn(examples: readonly NgramExample[], labels: number, seed: number): NgramClassifier {
    const classifier = new NgramClassifier(labels);
    const squares = new Float32Array(classifier.#weights.length).fill(SMOOTH);
    const order = [...examples];
    for (let epoch = 0; epoch < EPOCHS; epoch++) {
      shuffle(order, derive(seed, 'ngrams', epoch));
      for (const example of order) classifier.#step(example, squares);
    }
    return classifier;
  }

  /** By label; they sum to 1. */
  probabilities({ indices, values }: NgramFeatures): number[] {
    const logits = new Array<number>(this.labels).fill(0);
    for (let i = 0; i < indices.length; i++) {
      const base = (indices[i] ?? 0) * this.labels;
      for (let label = 0; label < this.labels; label++) {
        logits[label] = (logits[label] ?? 0) + (values[i] ?? 0) * (this.#weights[base + label] ?? 0);
      }
    }
    const top = Math.max(...logits);
    const powers = logits.map((logit) => Math.exp(logit - top));
    const sum = powers.reduce((total, power) => total + power, 0);
    return powers.map((power) => power / sum);
  }

  #step({ features, label: right }: NgramExample, squares: Float32Array): void {
    const { indices, values } = features;
    const errors = this.probabilities(features).map((p, label) => p - Number(label === right));
    for (let i = 0; i < indices.length; i++) {
      const base = (indices[i] ?? 0) * this.labels;
      for (let label = 0; label < this.labels; label++) {
        const at = base + label;
        const gradient = (errors[label] ?? 0) * (values[i] ?? 0) + L2 * (this.#weights[at] ?? 0);
        const square = (squares[at] ?? 0) + gradient * gradient;
        squares[at] = square;
        this.#weights[at] = (this.#weights[at] ?? 0) - (RATE * gradient) / Math.sqrt(square);
      }
    }
  }
}
