import { z } from 'zod';
import type { Sentiment } from '../../codec/sentiment.js';
import { searchTexts } from '../../view/search.js';
import type { Sources } from '../sources.js';
import { expertsSchema } from './answers.js';
import { endpoint } from './endpoint.js';
import { symbolInput, timeInput } from './inputs.js';

/** Texts whose weights are averaged. */
const MOST_TEXTS = 1_000;

const input = z.strictObject({
  symbol: symbolInput.optional(),
  from: timeInput.optional(),
  to: timeInput.optional(),
});

export function experts({ view }: Sources) {
  return endpoint({
    path: '/api/experts',
    summary: `Mean weight of each expert over the newest texts, ${MOST_TEXTS} at most`,
    input,
    output: expertsSchema,
    answer: async (query) => {
      const { texts } = await searchTexts(view, { ...query, limit: MOST_TEXTS });
      return {
        texts: texts.length,
        byDomain: weightsBy(texts, ({ domain }) => domain),
        byLabel: weightsBy(texts, ({ label }) => label),
      };
    },
  });
}

function weightsBy(texts: readonly Sentiment[], keyOf: (text: Sentiment) => string) {
  const keys = new Set(texts.map(keyOf));
  return Object.fromEntries(
    [...keys].map((key) => [key, meanWeights(texts.filter((text) => keyOf(text) === key))]),
  );
}

/** An expert that a text's model does not have counts as 0. */
function meanWeights(texts: readonly Sentiment[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { experts } of texts) {
    for (const [name, weight] of Object.entries(experts)) sums[name] = (sums[name] ?? 0) + weight;
  }
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / texts.length]));
}
