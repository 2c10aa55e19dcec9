import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cellOf, weightsByMix } from '../../../src/refit/candidate/label-mix.js';
import type { Example } from '../../../src/training/dataset.js';

// Guards: a refit learns labels as often as the stream has them, whatever its sample keeps of them.

const example = (domain: string, label: number): Example => ({ id: '', text: '', label, domain, source: '' });
const many = (domain: string, counts: readonly number[]) =>
  counts.flatMap((count, label) => Array.from({ length: count }, () => example(domain, label)));

/** Share of each label in a domain, with the weights of the texts. */
function weighted(texts: readonly Example[], weights: Readonly<Record<string, number>>, domain: string) {
  const own = texts.filter((text) => text.domain === domain);
  const weightOf = (of: readonly Example[]) =>
    of.reduce((sum, text) => sum + (weights[cellOf(text)] ?? 0), 0);
  return [0, 1, 2].map((label) => weightOf(own.filter((text) => text.label === label)) / weightOf(own));
}

it('gives the labels of a sample that has them alike the shares of the holdout', () => {
  const texts = [...many('forum', [100, 100, 100]), ...many('news', [50, 10, 40])];
  const weights = weightsByMix(texts, [...many('forum', [40, 20, 40]), ...many('news', [3, 30, 1])]);
  expect(weighted(texts, weights, 'forum').map((share) => share.toFixed(3))).toEqual([
    '0.400',
    '0.200',
    '0.400',
  ]);
  // Too few to tell.
  expect(weighted(texts, weights, 'news')).toEqual([0.5, 0.1, 0.4]);
});

it('weighs the texts of a domain by 1 on average, and none by much more than another', () => {
  const counts = fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: 0, max: 60 })));
  fc.assert(
    fc.property(counts, counts, (learn, judge) => {
      const texts = many('forum', learn);
      const weights = weightsByMix(texts, many('forum', judge));
      const all = texts.map((text) => weights[cellOf(text)] ?? Number.NaN);
      const mean = all.reduce((sum, weight) => sum + weight, 0) / Math.max(1, all.length);
      expect(mean).toBeCloseTo(texts.length === 0 ? 0 : 1, 9);
      if (all.length > 0) expect(Math.max(...all) / Math.min(...all)).toBeLessThanOrEqual(16 + 1e-9);
    }),
  );
});
