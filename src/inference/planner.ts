import type { Cost } from './cost-model.js';

/** `live` texts are scored before those of a `backfill`. */
export type Priority = 'live' | 'backfill';

/** Milliseconds from a text's arrival to its deadline. */
export const PATIENCE: Readonly<Record<Priority, number>> = { live: 200, backfill: 10_000 };

/** What the planner knows of a queued text. */
export interface QueuedText {
  /** Tokens. */
  readonly length: number;
  readonly priority: Priority;
  /** When the text should be in a batch at the latest, on any clock that all texts share. */
  readonly deadline: number;
}

export interface BatchLimits {
  readonly maxTexts: number;
  /** Tokens, padding included; a single longer text is a batch of its own. */
  readonly maxTokens: number;
  /** Seconds that a batch of a backfill may take: a live text that comes meanwhile waits for its end. No bound when left out. */
  readonly backfillSeconds?: number;
}

/** What fits the memory of any device, and is long enough that a call's fixed cost no longer matters. */
export const BATCH_LIMITS: BatchLimits = { maxTexts: 64, maxTokens: 8192 };

/** Texts looked at for one batch: more would cost time and save next to nothing. */
const WINDOW = 256;

/**
 * Seconds that a batch may take which lies ready for a busy worker: so much longer an urgent text may have to wait. The
 * worker gains a millisecond or a few, with which longer batches can part.
 */
const AHEAD = PATIENCE.live / 2 / 1000;

/** The limit of a backfill's batches beside a live feed: several calls' fixed cost, and a live text hardly waits longer than alone. */
export const BESIDE_LIVE_SECONDS = 0.01;

/**
 * The batch that a worker takes from the queue now, as indexes into it: of an idle one empty only when the queue is.
 * While others are idle too (`idle` counts this one as well) it takes no more than its share of the queue.
 *
 * The text with the earliest deadline always goes, in the batch that it has in the cheapest cut of it and the next
 * texts of its priority. So nothing starves: before a text's turn comes at the latest those go whose deadlines are
 * earlier, and texts that arrive after its deadline have later ones.
 *
 * With no worker idle, a batch goes ahead only when it is short and more texts are queued than a batch may have: fewer
 * do better to gather. None of a backfill does where its batches are to be short: it would be one more to wait for.
 *
 * @param queue in the order of the deadlines
 */
export function nextBatch(queue: readonly QueuedText[], limits: BatchLimits, cost: Cost, idle = 1): number[] {
  if (idle === 0 && queue.length <= limits.maxTexts) return [];
  const priority = queue[0]?.priority;
  const shorter = priority === 'backfill' ? limits.backfillSeconds : undefined;
  if (idle === 0 && shorter !== undefined) return [];
  const window: number[] = [];
  for (let index = 0; index < queue.length && window.length < WINDOW; index++) {
    if (queue[index]?.priority === priority) window.push(index);
  }
  const lengths = window.map((index) => queue[index]?.length ?? 0);
  const share = {
    ...limits,
    maxTexts: Math.min(limits.maxTexts, Math.ceil(queue.length / Math.max(1, idle))),
  };
  const cheapest = cheapestCut(lengths, share, cost).find((positions) => positions.includes(0)) ?? [];
  const batch = shorter === undefined ? cheapest : within(shorter, cheapest, lengths, cost);
  const longest = Math.max(...batch.map((position) => lengths[position] ?? 0));
  if (idle === 0 && cost(batch.length, longest) > AHEAD) return [];
  return batch.flatMap((position) => window[position] ?? []);
}

/** As much of a batch, in order of length, as takes no longer, with the first text of the queue in it. */
function within(seconds: number, batch: readonly number[], lengths: readonly number[], cost: Cost): number[] {
  const part = [...batch];
  const longest = () => lengths[part.at(-1) ?? 0] ?? 0;
  while (part.length > 1 && cost(part.length, longest()) > seconds) {
    if (part.at(-1) === 0) part.shift();
    else part.pop();
  }
  return part;
}

/**
 * Divides texts of these lengths into batches of the least summed cost, as indexes into `lengths`.
 *
 * Only batches of neighbours in order of length are considered, and no other division is cheaper: rank the batches
 * of any division by their longest text and deal the sorted texts out anew in the same sizes, longest first; then no
 * batch has a longer longest text than before. Among these the dynamic programme below looks at every division.
 */
export function cheapestCut(lengths: readonly number[], limits: BatchLimits, cost: Cost): number[][] {
  const order = [...lengths.keys()].sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0));
  // best[end]: the least cost of the `end` shortest texts; from[end]: where its last batch starts.
  const best = new Float64Array(order.length + 1);
  const from = new Uint32Array(order.length + 1);
  for (let last = 0; last < order.length; last++) {
    const longest = lengths[order[last] ?? 0] ?? 0;
    const end = last + 1;
    const most = Math.max(1, Math.min(end, limits.maxTexts, Math.floor(limits.maxTokens / longest)));
    // Apart, so that the inner loop, which is most of a planner's work, only adds.
    const perBatch = cost(0, longest);
    const perText = cost(1, longest) - perBatch;
    let least = Number.POSITIVE_INFINITY;
    for (let start = last; start >= end - most; start--) {
      const total = (best[start] ?? 0) + perText * (end - start);
      if (total >= least) continue;
      least = total;
      from[end] = start;
    }
    best[end] = least + perBatch;
  }
  const batches: number[][] = [];
  for (let end = order.length; end > 0; end = from[end] ?? 0) batches.push(order.slice(from[end], end));
  return batches;
}
