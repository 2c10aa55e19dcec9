import type { LabelledText } from '../../src/codec/label.js';
import { DOMAINS, LABELS } from '../../src/codec/sentiment.js';
import type { Batch } from '../../src/fence.js';
import type { JudgedLabel, Settlement } from '../../src/refit/labels/buffered-label.js';
import { derive } from '../../src/training/random.js';

/** Labels as a topic of two partitions has them: texts that come again, with other labels too, in polls of any size. */
export function labelPolls(seed: number, polls: number): Batch<LabelledText>[] {
  const next = derive(seed, 'labels');
  const pick = <T>([first, ...others]: readonly [T, ...T[]]): T =>
    others[Math.floor(next() * (others.length + 1)) - 1] ?? first;
  const ends = [0n, 0n];
  return Array.from({ length: polls }, () => {
    const partition = next() < 0.5 ? 0 : 1;
    const entries = Array.from({ length: 1 + Math.floor(next() * 12) }, () => {
      // Offsets have gaps where a log keeps marks of its own.
      const offset = (ends[partition] ?? 0n) + (next() < 0.1 ? 2n : 0n);
      ends[partition] = offset + 1n;
      const id = String(Math.floor(next() * polls * 4));
      const domain = pick(DOMAINS);
      const label = pick(LABELS);
      return { offset, value: { id, text: `text ${id}`, domain, label, labelledAt: Number(offset) } };
    });
    return { topic: 'labels', partition, entries };
  });
}

/** A judge without models: what it says of a label depends on the label alone. */
export function settlementOf(label: Omit<JudgedLabel, 'votes'>): Settlement {
  const votes = [[0.2, 0.3, 0.5]];
  return {
    label: { ...label, votes },
    suspicion: label.number % 5 === 0 && !label.reviewed ? 'text' : undefined,
  };
}
