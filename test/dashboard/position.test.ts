import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  distance,
  formatPosition,
  parsePosition,
  partitionKey,
} from '../../src/dashboard/stream/position.js';

const position = fc
  .dictionary(
    fc
      .tuple(fc.constantFrom('scored' as const, 'index' as const), fc.nat(1023))
      .map(([name, partition]) => partitionKey(name, partition)),
    fc.bigInt(0n, 10n ** 15n),
    { minKeys: 1 },
  )
  .map((offsets) => new Map(Object.entries(offsets)));

describe('a position', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(position, (one) => {
        expect(parsePosition(formatPosition(one))).toEqual(one);
        expect(distance(one, one)).toBe(0n);
      }),
    );
  });

  it('is not read from anything else, and reading it never fails', () => {
    for (const text of [
      '',
      ',',
      'scored/0',
      'scored/0:-1',
      'scored/0:1,',
      'raw.news/0:1',
      'scored/0:1e3',
      '1'.repeat(1e6),
    ]) {
      expect(parsePosition(text)).toBeUndefined();
    }
    fc.assert(fc.property(fc.string(), (text) => void parsePosition(text)));
  });

  it('leads on to a later one alone', () => {
    const at = (scored: bigint, index: bigint) =>
      new Map([
        ['scored/0', scored],
        ['index/0', index],
      ]);
    expect(distance(at(1n, 1n), at(4n, 2n))).toBe(4n);
    expect(distance(at(5n, 1n), at(4n, 2n))).toBeUndefined();
    expect(distance(new Map([['index/0', 1n]]), at(4n, 2n))).toBe(5n);
  });
});
