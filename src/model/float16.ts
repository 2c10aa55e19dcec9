/** IEEE 754 half precision (binary16) as the bits of a Uint16Array. */

/** The largest finite value of half precision. */
export const FLOAT16_MAX = 65504;

/** Rounds to the nearest half, ties to even. Values beyond ±65504 + ½ ulp become infinite. */
export function toFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(bits.length);
  // `from` would list the values on the heap first, which a large vocabulary fills.
  for (let i = 0; i < bits.length; i++) halves[i] = halfOf(bits[i] ?? 0);
  return halves;
}

export function fromFloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length);
  const table = singles();
  for (let i = 0; i < halves.length; i++) bits[i] = table[halves[i] ?? 0] ?? 0;
  return new Float32Array(bits.buffer);
}

/** bfloat16 is the upper half of a float32. */
export function fromBfloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = (halves[i] ?? 0) << 16;
  return new Float32Array(bits.buffer);
}

function halfOf(single: number): number {
  const sign = (single >>> 16) & 0x8000;
  const magnitude = single & 0x7fffffff;
  if (magnitude >= 0x7f800000) return sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00);
  if (magnitude >= 0x38800000) {
    // Normal: move the exponent's bias from 127 to 15, drop 13 bits; a carry runs on into the exponent.
    return sign | Math.min(roundedShift(magnitude - 0x38000000, 13), 0x7c00);
  }
  if (magnitude < 0x33000000) return sign;
  // Subnormal: the significand, its leading one written out, in units of 2^-24.
  const significand = (magnitude & 0x7fffff) | 0x800000;
  return sign | roundedShift(significand, 126 - (magnitude >>> 23));
}

/** value / 2^by, rounded to the nearest integer, ties to even. */
function roundedShift(value: number, by: number): number {
  const down = value >>> by;
  const rest = value - down * 2 ** by;
  const half = 2 ** (by - 1);
  return rest > half || (rest === half && (down & 1) === 1) ? down + 1 : down;
}

let singleTable: Uint32Array | undefined;

/** The bits of the float32 of each half. */
function singles(): Uint32Array {
  singleTable ??= Uint32Array.from({ length: 0x10000 }, (_, half) => singleOf(half));
  return singleTable;
}

function singleOf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const significand = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (significand << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (significand << 13);
  if (significand === 0) return sign;
  const zeros = Math.clz32(significand) - 21;
  return sign | ((113 - zeros) << 23) | (((significand << zeros) & 0x3ff) << 13);
}
