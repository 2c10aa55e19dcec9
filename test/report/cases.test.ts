import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseCases } from '../../src/report/cases.js';

// Guards: which texts are shown.

const said = (label: number, ...probabilities: number[]) => ({ label, probabilities, experts: [] });

test('the two most confident of each kind, right ones first, then the most frequent confusions', () => {
  const predictions = [
    said(0, 0.6, 0.4),
    said(0, 0.9, 0.1),
    said(0, 0.8, 0.2),
    said(1, 0.7, 0.3),
    said(0, 0.1, 0.9),
    said(1, 0.9, 0.1),
    said(1, 0.2, 0.8),
  ];
  expect(chooseCases(predictions, 2).map(({ text }) => text)).toEqual([1, 2, 6, 5, 3, 4]);
});

test('whatever is predicted, no text is shown twice, and each as what it is', () => {
  const prediction = fc
    .tuple(fc.nat(3), fc.array(fc.nat(100), { minLength: 4, maxLength: 4 }))
    .map(([label, probabilities]) => said(label, ...probabilities));
  fc.assert(
    fc.property(fc.array(prediction, { maxLength: 80 }), (predictions) => {
      const chosen = chooseCases(predictions, 4);
      expect(new Set(chosen.map(({ text }) => text)).size).toBe(chosen.length);
      // Two of each label, and two of each of six confusions.
      expect(chosen.length).toBeLessThanOrEqual(8 + 12);
      for (const { text, label, predicted } of chosen) {
        const { label: truth, probabilities = [] } = predictions[text] ?? {};
        expect(label).toBe(truth);
        expect(probabilities[predicted]).toBe(Math.max(...probabilities));
      }
    }),
  );
});
