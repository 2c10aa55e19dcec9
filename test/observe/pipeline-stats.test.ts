import { describe, expect, it } from 'vitest';
import { MoodtapeError } from '../../src/errors.js';
import type { PollCommitted } from '../../src/flow/event.js';
import { PipelineStats } from '../../src/observe/pipeline-stats.js';

function committed(scored: number, milliseconds: number): PollCommitted {
  return {
    ...{
      type: 'committed',
      topic: 'raw.news',
      partition: 0,
      nextOffset: 1n,
      cached: 0,
      dead: { MT_TIME: 1 },
    },
    ...{ records: scored + 1, scored, milliseconds },
    spent: { decode: 0, enrich: 0, commit: 0 },
  };
}

describe('PipelineStats', () => {
  it('tells speed and latency of the last minute, and counts since the start', () => {
    const stats = new PipelineStats(0);
    expect(stats.summary(0)).toMatchObject({
      textsPerSecond: 0,
      p50Ms: undefined,
      p99Ms: undefined,
      batches: [],
    });
    stats.record(committed(100, 5_000), 1_000);
    stats.record(committed(60, 10), 100_000);
    stats.record(committed(60, 10), 110_000);
    const { textsPerSecond, p50Ms, p99Ms, scored, deadLettered } = stats.summary(120_000);
    expect(textsPerSecond).toBe(2);
    expect(p50Ms).toBeCloseTo(10, 0);
    expect(p99Ms).toBeCloseTo(10, 0);
    expect([scored, deadLettered]).toEqual([220, 3]);
    expect(stats.summary(171_000)).toMatchObject({ textsPerSecond: 0, p50Ms: undefined, scored: 220 });
  });

  it('divides by the time that there was, while that is less than a minute', () => {
    const stats = new PipelineStats(0);
    stats.record(committed(50, 1), 9_000);
    expect(stats.summary(10_000).textsPerSecond).toBe(5);
  });

  it('tells what went wrong until it is right again, or long ago', () => {
    const stats = new PipelineStats(0);
    const error = new MoodtapeError('MT_TRANSPORT', 'the log is away');
    stats.record({ type: 'retried', topic: 'raw.news', partition: 0, error }, 1_000);
    stats.record({ type: 'swapFailed', role: 'live', version: 'v2', error }, 1_000);
    expect(stats.problems(2_000)).toEqual([
      'the log is away',
      'the live model v2 cannot be brought in: the log is away',
    ]);
    expect(stats.problems(62_000)).toHaveLength(1);
    const swapped = { model: 'm', version: 'v2', previous: 'v1', runtime: 'cpu', milliseconds: 1 };
    stats.record({ type: 'swapped', ...swapped }, 63_000);
    expect(stats.problems(64_000)).toEqual([]);
  });
});
