import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Watermark } from '../../src/flow/watermark.js';

const NEVER = Number.NEGATIVE_INFINITY;
const ALL = [0, 1, 2];

/** A watermark of three partitions that have each heard `a` and `b` at 100, and for which silence is ten texts. */
function warm(): Watermark {
  const watermark = new Watermark(10);
  for (const partition of ALL) {
    for (let i = 0; i < 10; i++) watermark.observe(partition, i % 2 === 0 ? 'a' : 'b', 100);
  }
  watermark.advance(ALL);
  return watermark;
}

describe('Watermark', () => {
  it('is that of the slowest partition', () => {
    const watermark = warm();
    expect(watermark.time).toBe(100);
    for (const source of ['a', 'b']) {
      watermark.observe(0, source, 400);
      watermark.observe(1, source, 200);
    }
    watermark.advance(ALL);
    expect(watermark.time).toBe(100);
    for (const source of ['a', 'b']) watermark.observe(2, source, 300);
    watermark.advance(ALL);
    expect(watermark.time).toBe(200);
  });

  it('is that of the slowest source of a partition', () => {
    const watermark = warm();
    watermark.observe(0, 'a', 500);
    watermark.advance([0]);
    expect(watermark.time).toBe(100);
    watermark.observe(0, 'b', 300);
    watermark.advance([0]);
    expect(watermark.time).toBe(300);
  });

  it('is not held by a partition that is read to its end', () => {
    const watermark = warm();
    for (const source of ['a', 'b']) watermark.observe(0, source, 400);
    watermark.advance([0]);
    expect(watermark.time).toBe(400);
  });

  it('is held by a partition of which nothing is read yet', () => {
    const watermark = warm();
    for (const source of ['a', 'b']) watermark.observe(0, source, 400);
    watermark.advance([0, 7]);
    expect(watermark.time).toBe(100);
  });

  it('is not held for ever by a source that has fallen silent', () => {
    const watermark = warm();
    for (let i = 0; i < 8; i++) watermark.observe(0, 'a', 400);
    watermark.advance([0]);
    expect(watermark.time).toBe(100);
    for (let i = 0; i < 2; i++) watermark.observe(0, 'a', 400);
    watermark.advance([0]);
    expect(watermark.time).toBe(400);
  });

  it('does not move before every source has had the time to speak', () => {
    const watermark = new Watermark(10);
    for (let i = 0; i < 9; i++) watermark.observe(0, 'a', 400);
    watermark.advance([0]);
    expect(watermark.time).toBe(NEVER);
    watermark.observe(0, 'b', 50);
    watermark.advance([0]);
    expect(watermark.time).toBe(50);
  });

  it('never falls, and is never beyond what the unread partitions have heard', () => {
    const texts = fc.array(
      fc.tuple(fc.nat(2), fc.constantFrom('a', 'b', 'c'), fc.nat(1000), fc.subarray(ALL)),
    );
    fc.assert(
      fc.property(texts, (steps) => {
        const watermark = new Watermark(3);
        const heard = new Map<number, number>();
        for (const [partition, source, time, others] of steps) {
          const before = watermark.time;
          watermark.observe(partition, source, time);
          heard.set(partition, Math.max(heard.get(partition) ?? 0, time));
          const unread = new Set([partition, ...others]);
          watermark.advance(unread);
          expect(watermark.time).toBeGreaterThanOrEqual(before);
          const slowest = Math.min(...[...unread].map((one) => heard.get(one) ?? NEVER));
          if (watermark.time > before) expect(watermark.time).toBeLessThanOrEqual(slowest);
        }
      }),
    );
  });

  it('calls no text late that comes in the order of its source, however partitions and sources are interleaved', () => {
    // Each lane is one source partition within one partition of the log.
    const lane = fc
      .array(fc.nat(1000), { minLength: 12, maxLength: 20 })
      .map((times) => times.sort((a, b) => a - b));
    const lanes = fc.tuple(lane, lane, lane, lane);
    fc.assert(
      fc.property(lanes, fc.infiniteStream(fc.nat(3)), (texts, choices) => {
        // No source is silent for longer than the other one of its partition has texts.
        const watermark = new Watermark(21);
        const left = texts.map((times, i) => ({ partition: i % 2, source: `s${i}`, times: [...times] }));
        for (const choice of choices) {
          const open = left.filter(({ times }) => times.length > 0);
          const next = open[choice % open.length];
          if (next === undefined) break;
          const time = next.times.shift() ?? 0;
          expect(time).toBeGreaterThanOrEqual(watermark.time);
          watermark.observe(next.partition, next.source, time);
          watermark.advance(new Set(open.map(({ partition }) => partition)));
        }
      }),
    );
  });
});
