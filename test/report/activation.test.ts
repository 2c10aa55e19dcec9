import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ActivationCount } from '../../src/report/activation.js';
import type { Pieces } from '../../src/report/pieces.js';
import { TokenActivation } from '../../src/report/token-activation.js';

// Guards: the shares of the experts are means over the right things, and always add up to 1.

const pieces: Pieces = { isSpecial: (id) => id < 2, of: (id) => `w${id}`, split: () => [] };
const text = (ids: number[], label: number, domain: string) => ({
  ids: Int32Array.from(ids),
  label,
  domain,
  source: '',
});
const closeTo = (...weights: number[]) => weights.map((weight) => expect.closeTo(weight));

test('texts count once, by label, by domain, and for each word in them', () => {
  const count = new ActivationCount(
    { place: 'Router', unit: 'text', experts: ['a', 'b'] },
    ['down', 'up'],
    pieces,
  );
  count.add(text([0, 5, 5, 1], 0, 'news'), [1, 0]);
  count.add(text([0, 5, 6, 1], 1, 'forum'), [0.5, 0.5]);
  count.add(text([0, 6, 1], 1, ''), [0, 1]);
  const activation = count.result();
  expect(activation.all).toEqual({ name: 'all', n: 3, weights: [0.5, 0.5] });
  expect(activation.byLabel).toEqual([
    { name: 'down', n: 1, weights: [1, 0] },
    { name: 'up', n: 2, weights: [0.25, 0.75] },
  ]);
  expect(activation.byDomain.map(({ name, n }) => [name, n])).toEqual([
    ['forum', 1],
    ['news', 1],
    ['unknown', 1],
  ]);
  expect(activation.byToken).toEqual([
    [{ name: 'w5', n: 2, weights: [0.75, 0.25] }],
    [{ name: 'w6', n: 2, weights: [0.25, 0.75] }],
  ]);
});

test('a token counts as often as it occurs, special tokens never, in each layer for itself', () => {
  const spec = { kind: 'gated', layers: [1, 4], count: 2, topK: 1, width: 8 } as const;
  const activation = new TokenActivation({ ...spec, layers: [...spec.layers] }, ['down', 'up'], pieces);
  // Two layers of two experts a token; a lone expert is weighed by its probability.
  const rows = [
    [0.9, 0, 0.5, 0],
    [0.6, 0, 0, 0.7],
    [0, 0.8, 0, 0.4],
    [0, 0.7, 0, 0.6],
  ];
  activation.add(0, text([0, 5, 6, 1], 1, 'news'), Float32Array.from(rows.flat()));
  const [second, fifth] = activation.results();
  expect([second?.place, fifth?.place]).toEqual(['Layer 2', 'Layer 5']);
  expect(second?.all).toEqual({ name: 'all', n: 2, weights: closeTo(0.5, 0.5) });
  expect(second?.byToken).toEqual([
    [{ name: 'w5', n: 1, weights: closeTo(1, 0) }],
    [{ name: 'w6', n: 1, weights: closeTo(0, 1) }],
  ]);
  expect(fifth?.all.weights).toEqual(closeTo(0, 1));
  expect(activation.heaviest(0)).toBe(1);
});

test('whatever the texts, shares add up to 1 and groups to all', () => {
  const example = fc.record({
    ids: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 8 }),
    label: fc.nat(1),
    domain: fc.constantFrom('news', 'forum'),
    first: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(example, { minLength: 1, maxLength: 20 }), (examples) => {
      const count = new ActivationCount(
        { place: '', unit: 'text', experts: ['a', 'b'] },
        ['down', 'up'],
        pieces,
      );
      for (const { ids, label, domain, first } of examples)
        count.add(text(ids, label, domain), [first, 1 - first]);
      const { all, byLabel, byDomain, byToken } = count.result();
      for (const groups of [byLabel, byDomain])
        expect(groups.reduce((sum, { n }) => sum + n, 0)).toBe(examples.length);
      for (const { n, weights } of [all, ...byLabel, ...byDomain, ...byToken.flat()]) {
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(n === 0 ? 0 : 1);
      }
    }),
  );
});
