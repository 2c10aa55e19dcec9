export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Divides a rectangle among weights, largest first, into pieces whose areas are proportional to them and whose shapes are near to
 * squares (Bruls, Huizing and van Wijk: Squarified Treemaps, 2000). Weights must be positive.
 */
export function treemap(weights: readonly number[], width: number, height: number): Rectangle[] {
  const pieces: Rectangle[] = [];
  let rest: Rectangle = { left: 0, top: 0, width, height };
  let sum = weights.reduce((total, weight) => total + weight, 0);
  let first = 0;
  while (first < weights.length && sum > 0) {
    const scale = (rest.width * rest.height) / sum;
    const side = Math.min(rest.width, rest.height);
    let count = 1;
    while (
      first + count < weights.length &&
      worst(weights.slice(first, first + count + 1), scale, side) <=
        worst(weights.slice(first, first + count), scale, side)
    ) {
      count += 1;
    }
    const row = weights.slice(first, first + count);
    const [placed, left] = layRow(row, scale, rest);
    pieces.push(...placed);
    rest = left;
    first += count;
    sum -= row.reduce((total, weight) => total + weight, 0);
  }
  return pieces;
}

/** The longest shape in a row along `side`: 1 is a square. */
function worst(row: readonly number[], scale: number, side: number): number {
  const area = scale * row.reduce((total, weight) => total + weight, 0);
  const longest = (side ** 2 * scale * Math.max(...row)) / area ** 2;
  const flattest = area ** 2 / (side ** 2 * scale * Math.min(...row));
  return Math.max(longest, flattest);
}

/** Lays a row along the shorter side, and returns it with what is left. */
function layRow(row: readonly number[], scale: number, rest: Rectangle): [Rectangle[], Rectangle] {
  const { left, top, width, height } = rest;
  const upright = width >= height;
  const area = scale * row.reduce((total, weight) => total + weight, 0);
  const depth = area / (upright ? height : width);
  let at = upright ? top : left;
  const pieces = row.map((weight) => {
    const length = (scale * weight) / depth;
    const piece = upright
      ? { left, top: at, width: depth, height: length }
      : { left: at, top, width: length, height: depth };
    at += length;
    return piece;
  });
  const remaining = upright
    ? { left: left + depth, top, width: width - depth, height }
    : { left, top: top + depth, width, height: height - depth };
  return [pieces, remaining];
}
