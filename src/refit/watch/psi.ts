/** How often each of some kinds occurs. */
export type Counts = Readonly<Record<string, number>>;

/** Added to every count, so that a kind that is missing on one side has no infinite weight. */
const PRIOR = 0.5;

/**
 * Population stability index: Σ (p − q) · ln(p / q) over the shares of each kind, which is the Kullback–Leibler divergence
 * both ways. 0 for equal shares. Usual reading: up to 0.1 no change, from 0.25 on a great one. Two samples of one population
 * have (kinds − 1)(1/n + 1/m) on average, so a few hundred are needed for that reading.
 */
export function stabilityIndex(one: Counts, other: Counts): number {
  const kinds = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  const shares = (counts: Counts) => {
    const padded = kinds.map((kind) => (counts[kind] ?? 0) + PRIOR);
    const total = padded.reduce((sum, count) => sum + count, 0);
    return padded.map((count) => count / total);
  };
  const [first, second] = [shares(one), shares(other)];
  return first.reduce((sum, p, i) => {
    const q = second[i] ?? p;
    return sum + (p - q) * Math.log(p / q);
  }, 0);
}

export function countsOf(kinds: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

export function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
