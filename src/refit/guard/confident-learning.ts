/** A label, and how likely each label is for its text, as learned without the text itself. */
export interface Doubtable {
  readonly label: number;
  readonly probabilities: readonly number[];
}

/**
 * Which labels are probably wrong, by confident learning (Northcutt, Jiang & Chuang 2021): those of texts that are at least
 * as likely to have another label as the texts with that label are on average. A label that is hard to learn has a low
 * average, so it is not the hard texts that stand out, but those that look like another label's.
 */
export function doubtful(labelled: readonly Doubtable[]): boolean[] {
  const totals = new Map<number, { texts: number; sum: number }>();
  for (const { label, probabilities } of labelled) {
    const total = totals.get(label) ?? { texts: 0, sum: 0 };
    totals.set(label, { texts: total.texts + 1, sum: total.sum + (probabilities[label] ?? 0) });
  }
  const threshold = (label: number) => {
    const total = totals.get(label);
    return total === undefined ? Number.POSITIVE_INFINITY : total.sum / total.texts;
  };
  return labelled.map(({ label, probabilities }) => {
    const reached = probabilities.map((p, one) => (p >= threshold(one) ? p : 0));
    const most = Math.max(0, ...reached);
    return most > 0 && reached.indexOf(most) !== label;
  });
}
