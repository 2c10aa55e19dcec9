import { derive, shuffle } from './random.js';

/** Batches in a pool: large enough to bring texts of one length together, small enough to keep batches random. */
const POOL = 50;

/**
 * The batches of one epoch as indices into the data: shuffled, then sorted by length within pools of 50 batches, so
 * that little is padding, then the batches shuffled. The same seed and epoch give the same batches.
 */
export function epochBatches(
  lengths: readonly number[],
  batchSize: number,
  seed: number,
  epoch: number,
): number[][] {
  const next = derive(seed, 'batches', epoch);
  const order = shuffle(
    lengths.map((_, i) => i),
    next,
  );
  const batches: number[][] = [];
  for (let start = 0; start < order.length; start += POOL * batchSize) {
    const pool = order.slice(start, start + POOL * batchSize);
    // Texts of one length stay shuffled: cut texts all have the same, and files may be sorted by label.
    pool.sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0));
    for (let i = 0; i < pool.length; i += batchSize) batches.push(pool.slice(i, i + batchSize));
  }
  return shuffle(batches, next);
}
