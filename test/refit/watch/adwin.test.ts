import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Adwin, type Change } from '../../../src/refit/watch/adwin.js';
import { derive } from '../../../src/training/random.js';

/** Guards the detector: its window is what it says, it keeps still on a steady stream, and finds a change soon. */

function stream(
  seed: number,
  ...parts: readonly { readonly rate: number; readonly values: number }[]
): number[] {
  const next = derive(seed, 'adwin');
  return parts.flatMap(({ rate, values }) => Array.from({ length: values }, () => Number(next() < rate)));
}

function run(values: readonly number[]) {
  const adwin = new Adwin();
  const changes = values.flatMap((value, at) => {
    const change = adwin.add(value);
    return change === undefined ? [] : [{ ...change, at }];
  });
  return { adwin, changes };
}

describe('Adwin', () => {
  it('has a window of the last values, with their mean, in memory that grows with its logarithm', () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(values, (all) => {
        const adwin = new Adwin();
        for (const [i, value] of all.entries()) {
          const before = adwin.size;
          const change = adwin.add(value);
          const window = all.slice(i + 1 - adwin.size, i + 1);
          expect(adwin.mean).toBeCloseTo(window.reduce((sum, one) => sum + one, 0) / window.length, 9);
          if (change === undefined) expect(adwin.size).toBe(before + 1);
          else expect(adwin.size).toBe(change.values.after);
        }
        expect(adwin.state.length).toBeLessThanOrEqual(6 * (Math.log2(all.length) + 2));
      }),
      { numRuns: 40 },
    );
  });

  it('goes on from its state as if it had never stopped', () => {
    const pieces = fc.tuple(
      fc.integer({ min: 0, max: 500 }),
      fc.nat(),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(pieces, ([stop, seed, rate]) => {
        const values = stream(seed, { rate, values: 300 }, { rate: 1 - rate, values: 200 });
        const whole = new Adwin();
        let stopped = new Adwin();
        for (const [i, value] of values.entries()) {
          if (i === stop) stopped = new Adwin(undefined, JSON.parse(JSON.stringify(stopped.state)));
          expect(stopped.add(value)).toEqual(whole.add(value));
        }
        expect(stopped.state).toEqual(whole.state);
      }),
      { numRuns: 15 },
    );
  });

  it('seldom sees a change where there is none', () => {
    const streams = Array.from({ length: 60 }, (_, seed) =>
      stream(seed, { rate: 0.1 + seed / 75, values: 2000 }),
    );
    const alarms = streams.filter((values) => run(values).changes.length > 0);
    expect(alarms.length).toBeLessThanOrEqual(1);
  });

  it('finds a change soon, and keeps what came after it', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0.05, max: 0.35, noNaN: true }), (seed, rate) => {
        const { adwin, changes } = run(
          stream(seed, { rate, values: 800 }, { rate: rate + 0.4, values: 400 }),
        );
        const [first] = changes.filter(({ at }) => at >= 800);
        expect(first?.at).toBeLessThan(900);
        const { before, after }: Change = changes.at(-1) ?? {
          before: 0,
          after: 0,
          values: { before: 0, after: 0 },
        };
        expect(after).toBeGreaterThan(before);
        expect(adwin.size).toBeLessThan(520);
        expect(Math.abs(adwin.mean - (rate + 0.4))).toBeLessThan(0.12);
      }),
      // One stream in a thousand needs more than 100 values to be seen, so chance does not draw them anew each time.
      { numRuns: 25, seed: 13 },
    );
  });
});
