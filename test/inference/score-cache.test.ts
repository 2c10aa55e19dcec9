import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Score } from '../../src/inference/engine.js';
import { ScoreCache, scoreKey } from '../../src/inference/score-cache.js';

const score: Score = {
  probabilities: [0.1, 0.2, 0.7],
  experts: [],
  truncated: false,
  model: { name: 'm', version: 'm1', labels: ['利空', '中性', '利好'], experts: [], maxLength: 64 },
};

describe('ScoreCache', () => {
  it('never holds more than its capacity', () => {
    fc.assert(
      fc.property(fc.nat({ max: 8 }), fc.array(fc.string()), (capacity, keys) => {
        const cache = new ScoreCache(capacity);
        for (const key of keys) cache.set(key, score);
        expect(cache.size).toBe(Math.min(capacity, new Set(keys).size));
      }),
    );
  });

  it('drops the score that was not asked for the longest', () => {
    const cache = new ScoreCache(2);
    cache.set('a', score);
    cache.set('b', score);
    cache.get('a');
    cache.set('c', score);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([score, undefined, score]);
  });
});

describe('scoreKey', () => {
  it('tells models apart, and texts, also where one runs into the other', () => {
    expect(scoreKey('m1', '涨停')).toBe(scoreKey('m1', '涨停'));
    const keys = [
      scoreKey('m1', '涨停'),
      scoreKey('m2', '涨停'),
      scoreKey('m1', '跌停'),
      scoreKey('m', '1涨停'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
