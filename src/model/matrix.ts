import type { Parameter } from './parameters.js';

// Small helpers on weights. A vector counts as a matrix of one row.

const widthOf = ({ shape }: Parameter): number => shape.at(-1) ?? 1;
const heightOf = (parameter: Parameter): number => parameter.data.length / widthOf(parameter);

export function zeros(...shape: number[]): Parameter {
  return { shape, data: new Float32Array(shape.reduce((product, n) => product * n, 1)) };
}

export function scaled(parameter: Parameter, by: number): Parameter {
  return { shape: parameter.shape, data: parameter.data.map((value) => value * by) };
}

export function plus(a: Parameter, b: Parameter): Parameter {
  return { shape: a.shape, data: a.data.map((value, i) => value + (b.data[i] ?? 0)) };
}

/** a [n, m] · b [m, k] → [n, k] */
export function product(a: Parameter, b: Parameter): Parameter {
  const [inner, width] = [widthOf(a), widthOf(b)];
  const result = zeros(heightOf(a), width);
  for (const [i, factor] of a.data.entries()) {
    const [to, from] = [Math.floor(i / inner) * width, (i % inner) * width];
    for (let column = 0; column < width; column++) {
      result.data[to + column] = (result.data[to + column] ?? 0) + factor * (b.data[from + column] ?? 0);
    }
  }
  return result;
}

export function transposed(matrix: Parameter): Parameter {
  const [width, height] = [widthOf(matrix), heightOf(matrix)];
  const result = zeros(width, height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      result.data[column * height + row] = matrix.data[row * width + column] ?? 0;
    }
  }
  return result;
}

/** Matrices (or vectors) of the same height, side by side. */
export function beside(...parts: readonly Parameter[]): Parameter {
  const [first] = parts;
  if (first === undefined) throw new Error('nothing to join');
  const height = heightOf(first);
  const width = parts.reduce((sum, part) => sum + widthOf(part), 0);
  const result = zeros(...first.shape.slice(0, -1), width);
  let left = 0;
  for (const part of parts) {
    const partWidth = widthOf(part);
    for (let row = 0; row < height; row++) {
      result.data.set(part.data.subarray(row * partWidth, (row + 1) * partWidth), row * width + left);
    }
    left += partWidth;
  }
  return result;
}

/** Matrices of the same width, one under the other. */
export function stacked(...parts: readonly Parameter[]): Parameter {
  const [first] = parts;
  if (first === undefined) throw new Error('nothing to join');
  const result = zeros(
    parts.reduce((sum, part) => sum + heightOf(part), 0),
    widthOf(first),
  );
  let at = 0;
  for (const part of parts) {
    result.data.set(part.data, at);
    at += part.data.length;
  }
  return result;
}

/** The columns `indices` of a matrix, or elements of a vector. */
export function columnsAt(matrix: Parameter, indices: readonly number[]): Parameter {
  const [width, taken] = [widthOf(matrix), indices.length];
  const result = zeros(...matrix.shape.slice(0, -1), taken);
  for (let i = 0; i < result.data.length; i++) {
    result.data[i] = matrix.data[Math.floor(i / taken) * width + (indices[i % taken] ?? 0)] ?? 0;
  }
  return result;
}

/** The rows `indices` of a matrix. */
export function rowsAt(matrix: Parameter, indices: readonly number[]): Parameter {
  const width = widthOf(matrix);
  const result = zeros(indices.length, width);
  for (const [to, from] of indices.entries()) {
    result.data.set(matrix.data.subarray(from * width, (from + 1) * width), to * width);
  }
  return result;
}
