import type { Sentiment, SentimentIndex } from '../../../src/codec/sentiment.js';
import type { ViewBatch } from '../../../src/view/view.js';

/** A scored text about `symbols`. */
export function scored(id: string, symbols: readonly string[], score = 0.5): Sentiment {
  return {
    id,
    source: `news/0/${id}`,
    domain: 'news',
    symbols: [...symbols],
    text: `文本 ${id}`,
    truncated: false,
    publishedAt: 1_700_000_000_000,
    scoredAt: 1_700_000_000_500,
    label: '利好',
    probabilities: [0.1, 0.3, 0.6],
    score,
    confidence: 0.6,
    experts: { news: 0.75, forum: 0.25 },
    model: 'sha',
  };
}

/** An index row whose `count` tells one version of it from another. */
export function row(symbol: string, start: number, count = 1): SentimentIndex {
  return {
    symbol,
    domain: 'all',
    window: '1m',
    start,
    count,
    mean: 0.25,
    bearish: 0,
    neutral: count,
    bullish: 0,
  };
}

/** The values at successive offsets from `first` on. */
export function batch<T>(topic: string, first: number, values: readonly T[], partition = 0): ViewBatch<T> {
  return { topic, partition, entries: values.map((value, i) => ({ offset: BigInt(first + i), value })) };
}
