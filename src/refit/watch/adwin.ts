/** Values that follow each other, seen as one: how many, their mean, and the sum of squared distances from it. */
interface Bucket {
  readonly size: number;
  readonly mean: number;
  readonly spread: number;
}

/** A window as it can be stored; the oldest values first. */
export type AdwinState = readonly Bucket[];

/** A change of the mean. */
export interface Change {
  /** Means before and after, over so many values. */
  readonly before: number;
  readonly after: number;
  readonly values: { readonly before: number; readonly after: number };
}

/** Buckets of one size: more make the window's ends finer. */
const PER_SIZE = 5;
/** Fewest values on either side of a change. */
const ENOUGH = 10;

/**
 * A window over a stream of values from 0 to 1 that is as long as the mean in it does not change: ADWIN2 (Bifet & Gavaldà
 * 2007). When two parts of it surely have different means, the older part is dropped. It needs memory for the logarithm of
 * the window's length, and no clock.
 */
export class Adwin {
  #buckets: readonly Bucket[];

  /** @param delta how often a stream without a change may seem to have one */
  constructor(
    private readonly delta = 0.002,
    state: AdwinState = [],
  ) {
    this.#buckets = state;
  }

  /** Takes the next value in. When the window was cut, the cut that left the least. */
  add(value: number): Change | undefined {
    this.#buckets = merged([...this.#buckets, { size: 1, mean: value, spread: 0 }]);
    let last: Change | undefined;
    for (let cut = this.#cut(); cut !== undefined; cut = this.#cut()) last = cut;
    return last;
  }

  /** Values in the window. */
  get size(): number {
    return this.#buckets.reduce((sum, { size }) => sum + size, 0);
  }

  /** Of the values in the window; 0 when there is none. */
  get mean(): number {
    return this.#buckets.reduce(joined, NONE).mean;
  }

  get state(): AdwinState {
    return this.#buckets;
  }

  /** Drops the oldest values when those from some bucket on surely have another mean. */
  #cut(): Change | undefined {
    const whole = this.#buckets.reduce(joined, NONE);
    const variance = whole.spread / whole.size;
    // Theorem 3.1 with the union bound over the cuts that are tried, as the authors do it.
    const doubt = Math.log((2 * Math.log(whole.size)) / this.delta);
    let before = NONE;
    for (const [i, bucket] of this.#buckets.entries()) {
      before = joined(before, bucket);
      const after = without(whole, before);
      if (before.size < ENOUGH || after.size < ENOUGH) continue;
      const harmonic = 1 / (1 / before.size + 1 / after.size);
      const bound = Math.sqrt((2 / harmonic) * variance * doubt) + (2 / (3 * harmonic)) * doubt;
      if (Math.abs(before.mean - after.mean) <= bound) continue;
      this.#buckets = this.#buckets.slice(i + 1);
      const values = { before: before.size, after: after.size };
      return { before: before.mean, after: after.mean, values };
    }
    return undefined;
  }
}

const NONE: Bucket = { size: 0, mean: 0, spread: 0 };

/** Both as one (Chan, Golub & LeVeque 1983). */
function joined(one: Bucket, other: Bucket): Bucket {
  const size = one.size + other.size;
  if (size === 0) return NONE;
  const distance = other.mean - one.mean;
  return {
    size,
    mean: one.mean + (distance * other.size) / size,
    spread: one.spread + other.spread + (distance ** 2 * one.size * other.size) / size,
  };
}

/** What is left when the beginning is taken from the whole; its spread is not needed. */
function without(whole: Bucket, beginning: Bucket): Bucket {
  const size = whole.size - beginning.size;
  const sum = whole.mean * whole.size - beginning.mean * beginning.size;
  return { size, mean: size === 0 ? 0 : sum / size, spread: 0 };
}

/** Where there are too many buckets of one size, the two oldest of them become one of twice the size. */
function merged(buckets: readonly Bucket[]): Bucket[] {
  const result = [...buckets];
  for (let end = result.length; ; ) {
    const size = result[end - 1]?.size;
    const start = result.findIndex((bucket) => bucket.size === size);
    if (size === undefined || end - start <= PER_SIZE) return result;
    const [first = NONE, second = NONE] = result.slice(start, start + 2);
    result.splice(start, 2, joined(first, second));
    end = start + 1;
  }
}
