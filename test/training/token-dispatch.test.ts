import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dispatchTokens } from '../../src/training/token-dispatch.js';

// Guards: every token goes to its most likely experts, and back to its own place.

/** Few different values, so that there are ties. */
const probability = fc.integer({ min: 0, max: 4 }).map((n) => n / 4);
const batches = fc.integer({ min: 1, max: 6 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    topK: fc.integer({ min: 1, max: count }),
    rows: fc.array(fc.array(probability, { minLength: count, maxLength: count }), {
      minLength: 1,
      maxLength: 9,
    }),
  }),
);

describe('the dispatch of tokens', () => {
  it('takes the largest probabilities, of equal ones the first', () => {
    fc.assert(
      fc.property(batches, ({ count, topK, rows }) => {
        const { experts } = dispatchTokens(Float32Array.from(rows.flat()), count, topK);
        const expected = rows.flatMap((row) =>
          row
            .map((p, expert) => ({ p, expert }))
            .sort((a, b) => b.p - a.p || a.expert - b.expert)
            .slice(0, topK)
            .map(({ expert }) => expert),
        );
        expect([...experts]).toEqual(expected);
      }),
    );
  });

  it('puts the slots of an expert beside each other, and finds each again', () => {
    fc.assert(
      fc.property(batches, ({ count, topK, rows }) => {
        const { experts, order, places, sizes } = dispatchTokens(Float32Array.from(rows.flat()), count, topK);
        expect(Array.from(order, (slot) => experts[slot])).toEqual(
          sizes.flatMap((size, expert) => new Array<number>(size).fill(expert)),
        );
        expect(Array.from(places, (place) => order[place])).toEqual([...experts.keys()]);
      }),
    );
  });
});
