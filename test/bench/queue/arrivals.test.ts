import { describe, expect, it } from 'vitest';
import { openLoop, poissonArrivals } from '../../../src/bench/queue/arrivals.js';
import { random } from '../../../src/training/random.js';

describe('Poisson arrivals', () => {
  const [rate, count] = [50, 20_000];
  const arrivals = poissonArrivals(rate, count, random(1));
  const gaps = arrivals.map((at, i) => at - (arrivals[i - 1] ?? 0));

  it('are the same for the same seed', () => {
    expect(poissonArrivals(rate, count, random(1))).toEqual(arrivals);
    expect(poissonArrivals(rate, count, random(2))).not.toEqual(arrivals);
  });

  it('have gaps that are distributed exponentially (Kolmogorov and Smirnov, at 1 %)', () => {
    const furthest = gaps.sort().reduce((most, gap, i) => {
      const expected = 1 - Math.exp(-rate * gap);
      return Math.max(most, expected - i / count, (i + 1) / count - expected);
    }, 0);
    expect(furthest).toBeLessThan(1.63 / Math.sqrt(count));
  });

  it('are as many in a second as the rate says, with the variance of a Poisson distribution', () => {
    const counts = new Array<number>(Math.floor(arrivals.at(-1) ?? 0)).fill(0);
    for (const at of arrivals) counts[Math.floor(at)] = (counts[Math.floor(at)] ?? 0) + 1;
    const whole = counts.slice(0, Math.floor(arrivals.at(-1) ?? 0));
    const mean = whole.reduce((sum, n) => sum + n, 0) / whole.length;
    const variance = whole.reduce((sum, n) => sum + (n - mean) ** 2, 0) / whole.length;
    expect(mean / rate).toBeCloseTo(1, 1);
    expect(variance / mean).toBeCloseTo(1, 0);
  });
});

describe('the open loop', () => {
  it('calls for every arrival, in order, never early, however long a call takes', async () => {
    const arrivals = poissonArrivals(1000, 60, random(3));
    const started = performance.now();
    const calls: { index: number; early: number }[] = [];
    await openLoop(arrivals, started, (index) => {
      calls.push({ index, early: started + 1000 * (arrivals[index] ?? 0) - performance.now() });
      const busyUntil = performance.now() + (index % 10 === 0 ? 5 : 0);
      while (performance.now() < busyUntil);
    });
    expect(calls.map(({ index }) => index)).toEqual([...arrivals.keys()]);
    expect(Math.max(...calls.map(({ early }) => early))).toBeLessThanOrEqual(0);
  });

  it('lets others in while arrivals are due', async () => {
    let turns = 0;
    const count = () => {
      turns += 1;
      immediate = setImmediate(count);
    };
    let immediate = setImmediate(count);
    await openLoop(new Float64Array(20), performance.now(), () => {
      const busyUntil = performance.now() + 1;
      while (performance.now() < busyUntil);
    });
    clearImmediate(immediate);
    expect(turns).toBeGreaterThan(3);
  });
});
