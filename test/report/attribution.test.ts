import { expect, test } from 'vitest';
import { attributions, variantCount } from '../../src/report/attribution.js';
import { clustersOf, sampleOf, waysOf } from '../../src/report/clusters.js';
import type { Pieces } from '../../src/report/pieces.js';
import { predict } from '../../src/training/predictions.js';
import { randomParameters, tinySpec, twoExperts } from '../training/tiny-model.js';

// Guards: a token's weight is what leaving it out changes, and every expert is asked for its clusters.

const spec = tinySpec(twoExperts(1));
const model = { spec, parameters: randomParameters(spec, 3) };
const pieces: Pieces = {
  isSpecial: (id) => id < 3,
  of: (id) => `w${id}`,
  split: (ids) => Array.from(ids, (id) => `w${id}`),
};
const text = (...ids: number[]) => ({ ids: Int32Array.from(ids), label: 1, domain: 'news', source: '' });

test('the weight of a token is the log-odds with it less those without it', async () => {
  const texts = [text(1, 7, 9, 11, 2), text(1, 5, 2)];
  const predictions = await predict(model, texts);
  const cases = texts.flatMap((one, i) => {
    const prediction = predictions[i];
    return prediction === undefined ? [] : [{ text: one, prediction, predicted: 2 }];
  });
  const weights = await attributions(model, cases, pieces, { precision: 'fp32' });
  expect(weights.map((tokens) => tokens.map(({ piece }) => piece))).toEqual([['w7', 'w9', 'w11'], ['w5']]);
  expect(variantCount(texts, pieces)).toBe(4);

  const without = await predict(model, [text(1, 7, 11, 2)]);
  const logOdds = (p = 0) => Math.log(p / (1 - p));
  const expected = logOdds(predictions[0]?.probabilities[2]) - logOdds(without[0]?.probabilities[2]);
  expect(Math.abs(expected)).toBeGreaterThan(1e-3);
  expect(weights[0]?.[1]?.weight).toBeCloseTo(expected, 4);
});

test('the only token of a text cannot be left out, and has no weight', async () => {
  const [alone] = [text(8)];
  const [prediction] = await predict(model, [alone]);
  if (prediction === undefined) throw new Error('no prediction');
  const [tokens] = await attributions(model, [{ text: alone, prediction, predicted: 0 }], pieces, {});
  expect(tokens).toEqual([{ piece: 'w8', weight: expect.closeTo(0, 4) }]);
});

test('clusters have a point for each text by the router and by each expert alone', async () => {
  const texts = Array.from({ length: 5 }, (_, i) => text(1, 4 + i, 2));
  let read = 0;
  const { ways, texts: sample } = await clustersOf(model, texts, 'fp32', () => {
    read++;
  });
  expect(sample).toEqual([0, 1, 2, 3, 4]);
  expect(ways.map(({ name, points }) => [name, points.length])).toEqual([
    ['routed', 5],
    ['news', 5],
    ['forum', 5],
  ]);
  expect(new Set(ways.map(({ points }) => JSON.stringify(points))).size).toBe(3);
  expect(read).toBe(texts.length * waysOf(model).length);
});

test('a sample is drawn without putting back, in order, and the same each time', () => {
  const sample = sampleOf(1000, 40);
  expect(new Set(sample).size).toBe(40);
  expect(sample).toEqual([...sample].sort((a, b) => a - b));
  expect(sampleOf(1000, 40)).toEqual(sample);
});
