import type { LabelBuffer } from '../../../src/refit/labels/buffer.js';

/** So small that every sample of a test overflows. */
export const SMALL = { perCell: 8, holdoutShare: 0.2, holdoutPerDomain: 10, heldAtMost: 12, seed: 1 };

/** All that a buffer holds. */
export function contentsOf(buffer: LabelBuffer<number>) {
  return {
    sample: buffer.sample(1000),
    holdout: buffer.holdout(),
    held: buffer.held(),
    newest: buffer.newest(1000),
    waiting: buffer.waiting(1000),
    counts: buffer.counts(),
    judged: buffer.memory(),
  };
}
