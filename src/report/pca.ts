import { normals, random } from '../training/random.js';

/** A plane through points in many dimensions, along which they differ most. */
export interface Projection {
  /** Share of the points' variance along each of the two axes. */
  readonly explained: readonly [number, number];
  /** Where each point lies on the plane. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

const ROUNDS = 200;

/** The first two principal components of points (rows of equal width), by power iteration on their covariance. */
export function principalPlane(rows: readonly Float32Array[]): Projection {
  const width = rows[0]?.length ?? 0;
  const mean = new Float64Array(width);
  for (const row of rows) {
    for (let i = 0; i < width; i++) add(mean, i, row[i] ?? 0);
  }
  // Divided once, so that equal points lie on their mean.
  for (let i = 0; i < width; i++) mean[i] = (mean[i] ?? 0) / rows.length;
  const centred = rows.map((row) => Float64Array.from(row, (value, i) => value - (mean[i] ?? 0)));
  const covariance = covarianceOf(centred, width);
  const total = covariance.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
  const first = leading(covariance, []);
  const second = leading(covariance, [first]);
  const explained = (axis: Float64Array) => (total === 0 ? 0 : dot(axis, times(covariance, axis)) / total);
  return {
    explained: [explained(first), explained(second)],
    points: centred.map((row) => [dot(row, first), dot(row, second)]),
  };
}

function covarianceOf(rows: readonly Float64Array[], width: number): Float64Array[] {
  const covariance = Array.from({ length: width }, () => new Float64Array(width));
  for (const row of rows) {
    covariance.forEach((sums, i) => {
      const value = (row[i] ?? 0) / rows.length;
      for (let j = 0; j < width; j++) add(sums, j, value * (row[j] ?? 0));
    });
  }
  return covariance;
}

/** The unit vector that the matrix stretches most, across the ones before; its largest part is positive. */
function leading(matrix: readonly Float64Array[], before: readonly Float64Array[]): Float64Array {
  let axis = across(Float64Array.from(normals(matrix.length, 1, random(7))), before);
  for (let round = 0; round < ROUNDS; round++) {
    const next = across(times(matrix, axis), before);
    // Nothing is left to stretch when all points lie on the axes before.
    if (next.every((value) => value === 0)) break;
    axis = next;
  }
  const largest = axis.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  return largest < 0 ? axis.map((value) => -value) : axis;
}

/** The part of a vector at right angles to the others, of length 1; zero when there is none. */
function across(vector: Float64Array, others: readonly Float64Array[]): Float64Array {
  const rest = others.reduce((left, other) => {
    const share = dot(left, other);
    return left.map((value, i) => value - share * (other[i] ?? 0));
  }, vector);
  const length = Math.sqrt(dot(rest, rest));
  return length < 1e-12 ? rest.fill(0) : rest.map((value) => value / length);
}

const times = (matrix: readonly Float64Array[], vector: Float64Array) =>
  Float64Array.from(matrix, (row) => dot(row, vector));

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function add(sums: Float64Array, i: number, value: number): void {
  sums[i] = (sums[i] ?? 0) + value;
}
