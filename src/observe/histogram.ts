/** Smallest value told apart from zero, and the width of a bucket relative to its start. */
const FIRST = 0.01;
const GROWTH = 1.04;
/** From 0.01 up to about 10⁷. */
const BUCKETS = 530;

/**
 * Quantiles of positive numbers in fixed memory: buckets that grow by 4 %, so a quantile is within 2 % of the value
 * that a sort would find (the idea of HdrHistogram).
 */
export class Histogram {
  readonly #counts = new Float64Array(BUCKETS);
  #total = 0;

  get count(): number {
    return this.#total;
  }

  record(value: number, times = 1): void {
    const bucket = value <= FIRST ? 0 : Math.ceil(Math.log(value / FIRST) / Math.log(GROWTH));
    const index = Math.min(bucket, BUCKETS - 1);
    this.#counts[index] = (this.#counts[index] ?? 0) + times;
    this.#total += times;
  }

  /** The value that a share `q` (0 to 1) of all records does not exceed; 0 when nothing was recorded. */
  quantile(q: number): number {
    const rank = Math.max(1, Math.ceil(q * this.#total));
    let seen = 0;
    for (const [index, count] of this.#counts.entries()) {
      seen += count;
      if (seen >= rank) return index === 0 ? FIRST : FIRST * GROWTH ** (index - 0.5);
    }
    return 0;
  }
}
