import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBfloat16, fromFloat16, toFloat16 } from '../../src/model/float16.js';

const half = (value: number) => toFloat16(Float32Array.of(value))[0] ?? Number.NaN;
const value = (bits: number) => fromFloat16(Uint16Array.of(bits))[0] ?? Number.NaN;

test('every half survives the way to float32 and back', () => {
  const halves = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
  const isNaNHalf = (bits: number) => (bits & 0x7fff) > 0x7c00;
  const back = toFloat16(fromFloat16(halves));
  const changed = [...halves].filter((bits, i) => back[i] !== bits && !isNaNHalf(bits));
  expect(changed).toEqual([]);
  expect([...back].filter(isNaNHalf)).toHaveLength(2 * 0x3ff);
});

test('known values have their known bits', () => {
  const known: [number, number][] = [
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [Number.POSITIVE_INFINITY, 0x7c00],
    [1 / 3, 0x3555],
  ];
  for (const [number, bits] of known) {
    expect(half(number)).toBe(bits);
    if (number !== 1 / 3) expect(value(bits)).toBe(number);
  }
});

test('ties go to the even half, and what is too large becomes infinite', () => {
  expect(half(1 + 2 ** -11)).toBe(0x3c00);
  expect(half(1 + 3 * 2 ** -11)).toBe(0x3c02);
  expect(half(2 ** -25)).toBe(0);
  expect(half(2 ** -25 + 2 ** -35)).toBe(1);
  expect(half(65519)).toBe(0x7bff);
  expect(half(65520)).toBe(0x7c00);
});

test('no other half is nearer', () => {
  fc.assert(
    fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (number) => {
      const bits = half(number);
      const error = Math.abs(value(bits) - number);
      for (const neighbour of [bits - 1, bits + 1]) {
        const other = value(neighbour & 0xffff);
        if (Number.isFinite(other)) expect(error).toBeLessThanOrEqual(Math.abs(other - number));
      }
    }),
  );
});

test('bfloat16 is the upper half of a float32', () => {
  expect([...fromBfloat16(Uint16Array.of(0x3f80, 0xc049, 0x7f80))]).toEqual([
    1,
    -3.140625,
    Number.POSITIVE_INFINITY,
  ]);
});
