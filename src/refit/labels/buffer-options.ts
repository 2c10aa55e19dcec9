import type { KeptLabelsOptions } from './kept-labels.js';

/** How much a buffer holds. */
export interface BufferOptions extends KeptLabelsOptions {
  /** Labels held for review at most; the oldest make room. */
  readonly heldAtMost: number;
}

export const DEFAULT_BUFFER: BufferOptions = {
  perCell: 2000,
  holdoutShare: 0.1,
  holdoutPerDomain: 1000,
  heldAtMost: 2000,
  seed: 13,
};
