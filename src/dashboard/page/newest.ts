import type { IndexRow, Text } from '../api/answers.js';

/**
 * Texts newest first with those that `arrived` since (oldest first) before them: each once, for a snapshot and the stream
 * overlap, and at most `most`.
 */
export function withArrivals(texts: readonly Text[], arrived: readonly Text[], most: number): Text[] {
  const seen = new Set<string>();
  const isNew = ({ source }: Text) => !seen.has(source) && seen.add(source);
  return [...arrived.toReversed(), ...texts].filter(isNew).slice(0, most);
}

/**
 * Rows oldest first, one a window, at most `most`. Of two rows of a window the one that counts more texts is the later one,
 * whichever of snapshot and stream brought it.
 */
export function withRows(rows: readonly IndexRow[], arrived: readonly IndexRow[], most: number): IndexRow[] {
  const byStart = new Map(rows.map((row) => [row.start, row]));
  for (const row of arrived) {
    const known = byStart.get(row.start);
    if (known === undefined || known.count <= row.count) byStart.set(row.start, row);
  }
  return [...byStart.values()].sort((a, b) => a.start - b.start).slice(-most);
}
