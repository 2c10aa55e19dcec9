import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isInShare } from '../../src/inference/share.js';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const ids = fc.array(fc.nat({ max: 30_000 }), { maxLength: 40 }).map((list) => Int32Array.from(list));

it('the same text is in the same shares, and in all larger ones', () => {
  fc.assert(
    fc.property(ids, share, share, (text, one, other) => {
      expect(isInShare(text.slice(), one)).toBe(isInShare(text, one));
      const [small, large] = one < other ? [one, other] : [other, one];
      if (isInShare(text, small)) expect(isInShare(text, large)).toBe(true);
      expect([isInShare(text, 0), isInShare(text, 1)]).toEqual([false, true]);
    }),
  );
});

it('a share has about so many of the texts, also of texts that are nearly alike', () => {
  fc.assert(
    fc.property(ids, fc.double({ min: 0.02, max: 0.98, noNaN: true }), (beginning, part) => {
      const count = 4000;
      let chosen = 0;
      for (let last = 0; last < count; last++) {
        if (isInShare(Int32Array.of(...beginning, last, 3), part)) chosen++;
      }
      // Five standard deviations of a fair draw.
      expect(Math.abs(chosen - part * count)).toBeLessThan(5 * Math.sqrt(part * (1 - part) * count));
    }),
    { numRuns: 40 },
  );
});
