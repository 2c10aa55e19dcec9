import type { Example } from '../../training/dataset.js';

/** Texts of a domain in the holdout from which on they tell how frequent its labels are. */
const ENOUGH = 50;
/** By how much more or less a text may count than another of its domain. */
const MOST = 4;

/** A text's label in its domain. */
export const cellOf = ({ domain, label }: Pick<Example, 'domain' | 'label'>): string => `${domain}/${label}`;

/**
 * Weights of the texts to learn from, by cell: within a domain its labels count as often as the stream has them. Those to
 * learn from are kept by label, so that rare ones are not forgotten; the holdout is kept as it comes. The mean over the
 * texts of a domain is 1, and so is every weight of a domain that the holdout does not know.
 */
export function weightsByMix(texts: readonly Example[], holdout: readonly Example[]): Record<string, number> {
  const domains = [...new Set(texts.map(({ domain }) => domain))];
  return Object.fromEntries(
    domains.flatMap((domain) => {
      const inDomain = (example: Example) => example.domain === domain;
      return weightsOfDomain(texts.filter(inDomain), holdout.filter(inDomain));
    }),
  );
}

function weightsOfDomain(texts: readonly Example[], holdout: readonly Example[]): [string, number][] {
  const cells = [...new Set(texts.map(cellOf))];
  const shareIn = (all: readonly Example[], cell: string) =>
    all.filter((example) => cellOf(example) === cell).length / all.length;
  if (holdout.length < ENOUGH) return cells.map((cell) => [cell, 1]);
  const raw = cells.map((cell) => {
    const ratio = shareIn(holdout, cell) / shareIn(texts, cell);
    return [cell, Math.min(MOST, Math.max(1 / MOST, ratio))] as const;
  });
  const mean = raw.reduce((sum, [cell, weight]) => sum + shareIn(texts, cell) * weight, 0);
  return raw.map(([cell, weight]) => [cell, weight / mean]);
}
