import fc from 'fast-check';
import { expect, test } from 'vitest';
import { principalPlane } from '../../src/report/pca.js';

// Guards: the projection is the textbook's.

const coordinate = fc.integer({ min: -50, max: 50 });
const distance = (a: readonly number[], b: readonly number[]) =>
  Math.hypot(...a.map((value, i) => value - (b[i] ?? 0)));

test('points of a plane keep their distances, wherever the plane lies', () => {
  // Two orthonormal directions in four dimensions.
  const [u, v] = [
    [0.5, 0.5, 0.5, 0.5],
    [0.5, -0.5, 0.5, -0.5],
  ];
  fc.assert(
    fc.property(fc.array(fc.tuple(coordinate, coordinate), { minLength: 2, maxLength: 15 }), (flat) => {
      const rows = flat.map(([a, b]) => Float32Array.from(u, (value, i) => 3 + a * value + b * (v[i] ?? 0)));
      const { points, explained } = principalPlane(rows);
      flat.forEach((one, i) => {
        flat.forEach((other, j) => {
          expect(distance(points[i] ?? [], points[j] ?? [])).toBeCloseTo(distance(one, other), 2);
        });
      });
      const spread = flat.some((one) => distance(one, flat[0] ?? []) > 0);
      expect(explained[0] + explained[1]).toBeCloseTo(spread ? 1 : 0);
    }),
  );
});

test('points that are all the same have no spread', () => {
  const rows = Array.from({ length: 7 }, () => Float32Array.of(-21.5, -22.5, -21.5, -22.5));
  expect(principalPlane(rows).explained).toEqual([0, 0]);
});

test('the first axis is the one along which the points differ most', () => {
  const rows = [-3, -1, 1, 3].flatMap((x) => [-1, 1].map((y) => Float32Array.of(0, y, x)));
  const { explained, points } = principalPlane(rows);
  expect(explained).toEqual([expect.closeTo(5 / 6), expect.closeTo(1 / 6)]);
  expect(points.map(([x]) => Math.round(x))).toEqual([-3, -3, -1, -1, 1, 1, 3, 3]);
});
