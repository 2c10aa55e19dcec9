import type { Sentiment } from '../codec/sentiment.js';
import type { Engine, ModelIdentity } from '../inference/engine.js';

const LABELS = ['利空', '中性', '利好'] as const;
const PROBABILITIES: Sentiment['probabilities'] = [0.2, 0.3, 0.5];

/** Tokens of a text by their number. */
const TOKENS = Array.from({ length: 4096 }, (_, length) => new Int32Array(length));

const MODEL: ModelIdentity = { name: 'stub', version: 'stub', labels: LABELS, experts: [], maxLength: 128 };

/** A model that is done at once. */
export const stubEngine: Engine = {
  model: MODEL,
  runtime: 'stub',
  workers: 2,
  tokenise: (text) => ({
    ids: TOKENS[text.length >> 1] ?? new Int32Array(text.length >> 1),
    truncated: false,
  }),
  readerOf: () => MODEL,
  score: async (batch) =>
    batch.map(({ truncated }) => ({ probabilities: PROBABILITIES, experts: [], truncated, model: MODEL })),
  close: async () => {},
};

/** What it says of a text, and all that belongs to it. */
export function stubSentiment(
  subject: Pick<Sentiment, 'id' | 'text' | 'symbols' | 'publishedAt' | 'source'>,
): Sentiment {
  return {
    ...subject,
    domain: 'news',
    truncated: false,
    label: LABELS[2],
    score: PROBABILITIES[2] - PROBABILITIES[0],
    confidence: PROBABILITIES[2],
    probabilities: PROBABILITIES,
    experts: {},
    model: 'stub',
    scoredAt: Date.now(),
  };
}
