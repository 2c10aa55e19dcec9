import type { Sentiment, SentimentIndex } from '../../../src/codec/sentiment.js';
import { row, scored } from '../../conformance/view/samples.js';

/** 2 March 2026, 09:30 in Shanghai. */
export const OPENING = Date.UTC(2026, 2, 2, 1, 30);
const MINUTE_MS = 60_000;

/** A text at a minute after the opening. */
export function textAt(minute: number, change: Partial<Sentiment> & { readonly id: string }): Sentiment {
  const publishedAt = OPENING + minute * MINUTE_MS;
  return { ...scored(change.id, []), publishedAt, scoredAt: publishedAt + 20, ...change };
}

/** A row of the window at a minute after the opening. */
export function rowAt(minute: number, change: Partial<SentimentIndex>): SentimentIndex {
  return { ...row('*', OPENING + minute * MINUTE_MS), ...change };
}

const MAOTAI = 'SH600519';
const CHIPS = 'SH688981';

/** A feed of which every number on the page is known. */
export const TEXTS: readonly Sentiment[] = [
  textAt(0, {
    id: 'a',
    symbols: [MAOTAI],
    text: '白酒今日走弱',
    label: '利空',
    score: -0.75,
    confidence: 0.8,
  }),
  textAt(1, {
    id: 'b',
    symbols: [CHIPS],
    text: '芯片订单大增',
    score: 0.5,
    confidence: 0.7,
    domain: 'forum',
  }),
  textAt(2, { id: 'c', symbols: [MAOTAI], text: '白酒跌幅收窄', label: '利空', score: -0.25 }),
  textAt(3, { id: 'd', text: '大盘缩量整理', label: '中性', score: 0.004 }),
];

export const ROWS: readonly SentimentIndex[] = [
  rowAt(0, { mean: -0.75, count: 1, bearish: 1, neutral: 0 }),
  rowAt(1, { mean: 0.5, count: 1, bullish: 1, neutral: 0 }),
  rowAt(2, { mean: -0.25, count: 1, bearish: 1, neutral: 0 }),
  rowAt(3, { mean: 0.004, count: 1 }),
  rowAt(0, { symbol: MAOTAI, mean: -0.75, count: 1, bearish: 1, neutral: 0 }),
  rowAt(2, { symbol: MAOTAI, mean: -0.25, count: 1, bearish: 1, neutral: 0 }),
  rowAt(1, { domain: 'forum', mean: 0.5, count: 1, bullish: 1, neutral: 0 }),
];
