/** How far two raters agree beyond chance (Cohen 1960). */
export interface Agreement {
  readonly n: number;
  /** 1 when they always agree, 0 as often as by chance, below 0 less often. */
  readonly kappa: number;
  /** Standard error of `kappa`; infinite when the pairs say nothing. */
  readonly error: number;
}

/**
 * @param pairs what each of two raters said of one thing, as indices into the labels
 * @param labels how many labels there are
 */
export function agreementOf(pairs: readonly (readonly [number, number])[], labels: number): Agreement {
  const n = pairs.length;
  const [first, second] = [new Array<number>(labels).fill(0), new Array<number>(labels).fill(0)];
  let equal = 0;
  for (const [one, other] of pairs) {
    first[one] = (first[one] ?? 0) + 1;
    second[other] = (second[other] ?? 0) + 1;
    if (one === other) equal++;
  }
  const chance = first.reduce((sum, count, label) => sum + count * (second[label] ?? 0), 0) / n ** 2;
  if (n === 0 || chance === 1) return { n, kappa: 0, error: Number.POSITIVE_INFINITY };
  // One pair more of either kind (Laplace), so that a short run of luck is not certain.
  const rate = (equal + 1) / (n + 2);
  return {
    n,
    kappa: (equal / n - chance) / (1 - chance),
    error: Math.sqrt((rate * (1 - rate)) / n) / (1 - chance),
  };
}
