import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Rectangle, treemap } from '../../../src/dashboard/page/charts/treemap.js';

const WIDTH = 640;
const HEIGHT = 360;
const weights = fc
  .array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 80 })
  .map((all) => all.sort((a, b) => b - a));

const areaOf = ({ width, height }: Rectangle) => width * height;

describe('a treemap', () => {
  it('gives each weight its share of the area', () => {
    fc.assert(
      fc.property(weights, (all) => {
        const sum = all.reduce((total, weight) => total + weight, 0);
        const places = treemap(all, WIDTH, HEIGHT);
        expect(places).toHaveLength(all.length);
        for (const [i, place] of places.entries()) {
          expect(areaOf(place) / (WIDTH * HEIGHT)).toBeCloseTo((all[i] ?? 0) / sum, 6);
        }
      }),
    );
  });

  it('stays within its bounds, and no piece covers another', () => {
    fc.assert(
      fc.property(weights, (all) => {
        const places = treemap(all, WIDTH, HEIGHT);
        for (const [i, one] of places.entries()) {
          expect(one.left).toBeGreaterThanOrEqual(-1e-6);
          expect(one.top).toBeGreaterThanOrEqual(-1e-6);
          expect(one.left + one.width).toBeLessThanOrEqual(WIDTH + 1e-6);
          expect(one.top + one.height).toBeLessThanOrEqual(HEIGHT + 1e-6);
          for (const other of places.slice(i + 1)) expect(overlap(one, other)).toBeLessThan(1e-6);
        }
      }),
    );
  });

  it('makes squares of equal weights where it can', () => {
    const shapes = treemap([1, 1, 1, 1], 200, 200).map(({ width, height }) => width / height);
    for (const shape of shapes) expect(shape).toBeCloseTo(1);
  });
});

/** The area that two rectangles share. */
function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  return Math.max(0, width) * Math.max(0, height);
}
