import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluationReport } from '../../src/training/evaluation.js';
import { spreadOf, spreadOfReports } from '../../src/training/seeds.js';

// Guards: mean and deviation over seeds are those of the textbook, for all texts and for each domain.

describe('the spread over seeds', () => {
  it('is the mean and the sample deviation', () => {
    expect(spreadOf([2, 4, 4, 4, 5, 5, 7, 9])).toMatchObject({ mean: 5, deviation: Math.sqrt(32 / 7) });
    expect(spreadOf([0.5])).toEqual({ mean: 0.5, deviation: 0, values: [0.5] });
  });

  it('moves with the values and does not depend on their order', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(values, fc.integer({ min: -50, max: 50 }), (numbers, shift) => {
        const [here, there] = [spreadOf(numbers), spreadOf(numbers.map((value) => value + shift).reverse())];
        expect(there.mean).toBeCloseTo(here.mean + shift, 8);
        expect(there.deviation).toBeCloseTo(here.deviation, 8);
      }),
    );
  });

  it('is of all texts and of each domain', () => {
    const texts = ['news', 'news', 'forum'].map((domain) => ({ domain }));
    const report = (said: readonly number[]) =>
      evaluationReport(
        texts,
        said.map((right) => ({ label: 0, probabilities: right === 1 ? [1, 0] : [0, 1], experts: [] })),
        ['no', 'yes'],
        [],
      );
    const spread = spreadOfReports([report([1, 1, 0]), report([1, 0, 0])]);
    expect(spread.n).toBe(3);
    expect(spread.accuracy.mean).toBeCloseTo(0.5);
    expect(spread.byDomain.news?.accuracy.values).toEqual([1, 0.5]);
    expect(spread.byDomain.forum?.recall.no).toMatchObject({ mean: 0, deviation: 0 });
  });
});
