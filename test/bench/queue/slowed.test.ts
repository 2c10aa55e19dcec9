import { expect, it } from 'vitest';
import { simulate } from '../../../src/bench/queue/simulate.js';
import { slowedTo } from '../../../src/bench/queue/slowed.js';
import { costOf } from '../../../src/inference/cost-model.js';

it.each([undefined, { partitions: 4, commit: 0 }])(
  'a scorer does as many texts as it is slowed to, %o',
  (log) => {
    const batches = { fixed: 1e-3, perToken: 1e-5, perPair: 0 };
    const lengths = [10, 60, 30, 100, 20];
    const limits = { maxTexts: 16, maxTokens: 1024 };
    const station = { workers: 2, limits, cost: costOf(batches), ...(log && { log }) };
    const service = costOf(slowedTo(500, lengths, station, batches));
    const texts = 10_000;
    const latencies = simulate(new Float64Array(texts), lengths, { ...station, service });
    expect(texts / Math.max(...latencies) / 500).toBeCloseTo(1, 5);
  },
);
