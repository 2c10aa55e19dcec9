import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cost, costOf, DEFAULT_COST } from '../../src/inference/cost-model.js';
import {
  type BatchLimits,
  cheapestCut,
  nextBatch,
  type Priority,
  type QueuedText,
} from '../../src/inference/planner.js';

const lengths = fc.array(fc.integer({ min: 2, max: 128 }), { maxLength: 60 });
const limits: fc.Arbitrary<BatchLimits> = fc.record({
  maxTexts: fc.integer({ min: 1, max: 20 }),
  maxTokens: fc.integer({ min: 1, max: 1024 }),
});
const cost: fc.Arbitrary<Cost> = fc
  .record({
    fixed: fc.double({ min: 0, max: 100, noNaN: true }),
    perToken: fc.double({ min: 0, max: 1, noNaN: true }),
    perPair: fc.double({ min: 0, max: 0.1, noNaN: true }),
  })
  .map(costOf);
const queue: fc.Arbitrary<QueuedText[]> = fc
  .array(
    fc.record({
      length: fc.integer({ min: 2, max: 128 }),
      priority: fc.constantFrom<Priority>('live', 'backfill'),
      deadline: fc.integer({ min: 0, max: 1000 }),
    }),
    { maxLength: 60 },
  )
  .map((texts) => texts.sort((a, b) => a.deadline - b.deadline));

function longest(batch: readonly number[], all: readonly number[]): number {
  return Math.max(...batch.map((index) => all[index] ?? 0));
}

function total(batches: readonly number[][], all: readonly number[], of: Cost): number {
  return batches.reduce((sum, batch) => sum + of(batch.length, longest(batch, all)), 0);
}

/** Batches in order of arrival, each as full as the limits allow. */
function fifoCut(all: readonly number[], { maxTexts, maxTokens }: BatchLimits): number[][] {
  const batches: number[][] = [];
  for (const index of all.keys()) {
    const grown = [...(batches.at(-1) ?? []), index];
    const fits = grown.length <= maxTexts && grown.length * longest(grown, all) <= maxTokens;
    if (fits && grown.length > 1) batches[batches.length - 1] = grown;
    else batches.push([index]);
  }
  return batches;
}

/** Every way to divide the first `count` texts into batches. */
function divisions(count: number): number[][][] {
  if (count === 0) return [[]];
  return divisions(count - 1).flatMap((division) => [
    [...division, [count - 1]],
    ...division.map((_, at) => division.map((batch, i) => (i === at ? [...batch, count - 1] : batch))),
  ]);
}

describe('cheapestCut', () => {
  it('puts every text into exactly one batch', () => {
    fc.assert(
      fc.property(lengths, limits, cost, (all, bounds, of) => {
        const cut = cheapestCut(all, bounds, of);
        expect(cut.flat().sort((a, b) => a - b)).toEqual([...all.keys()]);
      }),
    );
  });

  it('keeps the limits, but for a text that exceeds them alone', () => {
    fc.assert(
      fc.property(lengths, limits, cost, (all, bounds, of) => {
        for (const batch of cheapestCut(all, bounds, of)) {
          expect(batch.length).toBeLessThanOrEqual(bounds.maxTexts);
          if (batch.length > 1)
            expect(batch.length * longest(batch, all)).toBeLessThanOrEqual(bounds.maxTokens);
        }
      }),
    );
  });

  it('is never dearer than batches in order of arrival', () => {
    fc.assert(
      fc.property(lengths, limits, cost, (all, bounds, of) => {
        const ours = total(cheapestCut(all, bounds, of), all, of);
        expect(ours).toBeLessThanOrEqual(total(fifoCut(all, bounds), all, of) * (1 + 1e-9));
      }),
    );
  });

  it('is as cheap as the cheapest of all divisions', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 2, max: 128 }), { maxLength: 7 }),
        limits,
        cost,
        (all, bounds, of) => {
          const allowed = divisions(all.length).filter((division) =>
            division.every(
              (batch) =>
                batch.length === 1 ||
                (batch.length <= bounds.maxTexts && batch.length * longest(batch, all) <= bounds.maxTokens),
            ),
          );
          const cheapest = Math.min(...allowed.map((division) => total(division, all, of)));
          expect(total(cheapestCut(all, bounds, of), all, of)).toBeCloseTo(cheapest, 6);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('separates long texts from short ones when padding costs more than a call', () => {
    const cut = cheapestCut(
      [100, 4, 100, 4],
      { maxTexts: 8, maxTokens: 4096 },
      costOf({ fixed: 1, perToken: 1, perPair: 0 }),
    );
    expect(cut.map((batch) => batch.toSorted())).toEqual([
      [0, 2],
      [1, 3],
    ]);
  });
});

describe('nextBatch', () => {
  it('always takes the text with the earliest deadline', () => {
    fc.assert(
      fc.property(queue, limits, cost, (texts, bounds, of) => {
        const batch = nextBatch(texts, bounds, of);
        const earliest = Math.min(...texts.map(({ deadline }) => deadline));
        const taken = Math.min(...batch.map((index) => texts[index]?.deadline ?? Number.NaN));
        expect(taken).toBe(earliest);
      }),
    );
  });

  it('leaves the others that are idle their share of the queue', () => {
    fc.assert(
      fc.property(queue, limits, cost, fc.integer({ min: 1, max: 8 }), (texts, bounds, of, idle) => {
        expect(nextBatch(texts, bounds, of, idle).length).toBeLessThanOrEqual(Math.ceil(texts.length / idle));
      }),
    );
  });

  it('empties the queue, taking every text once, so that nothing starves', () => {
    fc.assert(
      fc.property(queue, limits, cost, (texts, bounds, of) => {
        let left = texts;
        for (let rounds = 0; left.length > 0; rounds++) {
          expect(rounds).toBeLessThan(texts.length);
          const batch = new Set(nextBatch(left, bounds, of));
          const rest = left.filter((_, index) => !batch.has(index));
          expect(left.length - rest.length).toBe(batch.size);
          left = rest;
        }
      }),
    );
  });

  it('serves a backfill text under endless live load before any live text with a later deadline', () => {
    const starving: QueuedText = { length: 120, priority: 'backfill', deadline: 50 };
    let left: QueuedText[] = [starving];
    let served: number | undefined;
    for (let time = 0; served === undefined && time < 200; time++) {
      left.push(
        { length: 10, priority: 'live', deadline: time },
        { length: 10, priority: 'live', deadline: time },
      );
      left.sort((a, b) => a.deadline - b.deadline);
      const batch = new Set(
        nextBatch(left, { maxTexts: 1, maxTokens: 1024 }, costOf({ fixed: 1, perToken: 1, perPair: 0 })),
      );
      if ([...batch].some((index) => left[index] === starving)) served = time;
      left = left.filter((_, index) => !batch.has(index));
    }
    expect(served).toBeDefined();
  });

  it('does not mix live texts and backfill', () => {
    fc.assert(
      fc.property(queue, limits, cost, (texts, bounds, of) => {
        const kinds = new Set(nextBatch(texts, bounds, of).map((index) => texts[index]?.priority));
        expect(kinds.size).toBe(texts.length === 0 ? 0 : 1);
      }),
    );
  });

  it('has a batch go ahead of a busy worker when it is short and there is more than a batch queued', () => {
    const live = (count: number, length: number): QueuedText[] =>
      Array.from({ length: count }, () => ({ length, priority: 'live', deadline: 0 }));
    const bounds = { maxTexts: 8, maxTokens: 1024 };
    const perToken = costOf({ fixed: 1e-3, perToken: 1e-4, perPair: 0 });
    expect(nextBatch(live(8, 10), bounds, perToken, 0)).toEqual([]);
    expect(nextBatch(live(16, 10), bounds, perToken, 0)).toHaveLength(8);
    expect(nextBatch(live(9, 200), bounds, perToken, 0)).toEqual([]);
  });

  it('takes nothing from an empty queue', () => {
    expect(
      nextBatch([], { maxTexts: 8, maxTokens: 1024 }, costOf({ fixed: 1, perToken: 1, perPair: 0 })),
    ).toEqual([]);
  });

  it('keeps the batches of a backfill short where they are to be, and lets none lie ready', () => {
    const seconds = 0.01;
    const short = { maxTexts: 64, maxTokens: 8192, backfillSeconds: seconds };
    const real = costOf(DEFAULT_COST);
    fc.assert(
      fc.property(queue, (texts) => {
        const batch = nextBatch(texts, short, real);
        const taken = batch.map((index) => texts[index]?.length ?? 0);
        if (texts[0]?.priority !== 'backfill') {
          expect(batch).toEqual(nextBatch(texts, { ...short, backfillSeconds: Infinity }, real));
          return;
        }
        expect(batch).toContain(0);
        if (batch.length > 1) expect(real(batch.length, Math.max(...taken))).toBeLessThanOrEqual(seconds);
        expect(nextBatch(texts, { ...short, maxTexts: 1 }, real, 0)).toEqual([]);
      }),
    );
  });
});
