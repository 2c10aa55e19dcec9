import { type Agreement, agreementOf } from './agreement.js';

/** A label, and what it can be compared with: indices into the labels. */
export interface Comparison {
  readonly label: number;
  /** What the ensemble says of the text. */
  readonly ensemble: number;
  /** What is learned from all labels but the newest of the same source. */
  readonly others: number;
  /** What is learned from other labels of all sources. */
  readonly all: number;
}

/**
 * - `distrusted`: nothing good is learned from the source's labels.
 * - `noisy`: more of them are wrong than of the other labels of their domain.
 */
export type Trust = 'trusted' | 'noisy' | 'distrusted';

/** How many of the newest labels of a source are looked at: few show a change soon, many a weak one. */
const WINDOWS = [50, 100, 200, 400];
export const LONGEST_WINDOW = Math.max(...WINDOWS);
/** Fewest labels of a source that are looked at. */
const ENOUGH = 20;
/** Fewest other labels that are a standard for those of a source; nor may they be fewer than these. */
const STANDARD = 100;
/** Fewest labels of which some must be like others. */
const ENOUGH_TO_LEARN = 200;
/** Agreement beyond chance with what is learned from others, below which there is nothing to learn. */
const LEARNABLE = 0.15;
/** Standard errors that make a difference sure. */
const SURE = 2.5;

/**
 * Whether to learn from a source, which is an annotator in a domain.
 *
 * When texts change, the models may be of no use for them, but not worse than chance, and the new labels go together: each
 * can be learned from the others. So a source is distrusted when its labels surely
 *
 * - agree with the models, or with what others teach, less than by chance would do: they are turned round;
 * - or can be learned from nothing, not even from each other: they are given at random;
 * - or agree with what others teach, and with what all teach, less than half as well as the domain's other labels do.
 *
 * @param source its labels, the newest last
 * @param standard the other labels of the domain
 * @param labels how many labels there are
 */
export function trustIn(
  source: readonly Comparison[],
  standard: readonly Comparison[],
  labels: number,
): Trust {
  const enough = standard.length >= Math.max(STANDARD, source.length);
  const usual = enough ? agreement(standard, 'others', labels) : undefined;
  const sizes = new Set(WINDOWS.map((window) => Math.min(window, source.length)));
  const trusts = [...sizes]
    .filter((size) => size >= ENOUGH)
    .map((size) => trustInWindow(source.slice(-size), usual, labels));
  return WORST_FIRST.find((trust) => trusts.includes(trust)) ?? 'trusted';
}

const WORST_FIRST: readonly Trust[] = ['distrusted', 'noisy'];

function trustInWindow(window: readonly Comparison[], usual: Agreement | undefined, labels: number): Trust {
  const ensemble = agreement(window, 'ensemble', labels);
  const others = agreement(window, 'others', labels);
  const all = agreement(window, 'all', labels);
  const random = all.n >= ENOUGH_TO_LEARN && isBelow(all, LEARNABLE);
  if (random || isBelow(ensemble, 0)) return 'distrusted';
  if (usual === undefined) return 'trusted';
  const half = usual.kappa / 2;
  if (isBelow(others, 0) || (isBelow(others, half) && isBelow(all, half))) return 'distrusted';
  return isBelowOther(others, usual) ? 'noisy' : 'trusted';
}

function agreement(
  comparisons: readonly Comparison[],
  by: 'ensemble' | 'others' | 'all',
  labels: number,
): Agreement {
  return agreementOf(
    comparisons.map((one) => [one[by], one.label] as const),
    labels,
  );
}

function isBelow({ kappa, error }: Agreement, bound: number): boolean {
  return kappa + SURE * error < bound;
}

function isBelowOther(one: Agreement, other: Agreement): boolean {
  return one.kappa + SURE * Math.hypot(one.error, other.error) < other.kappa;
}
