import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { murmur2, Partitioner } from '../../src/transport/partitioner.js';

describe('murmur2', () => {
  // The vectors of UtilsTest in Apache Kafka's clients.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as Kafka does', (text, hash) => {
    expect(murmur2(Buffer.from(text)) | 0).toBe(hash);
  });

  it('does not depend on where the bytes lie in memory', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(8), (bytes, shift) => {
        const shifted = new Uint8Array(bytes.length + shift).subarray(shift);
        shifted.set(bytes);
        expect(murmur2(shifted)).toBe(murmur2(bytes));
      }),
    );
  });
});

describe('Partitioner', () => {
  it('stays within the partitions, and with equal keys in one', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.integer({ min: 1, max: 64 }), (key, partitions) => {
        const partition = new Partitioner().choose(key, partitions);
        expect(partition).toBeGreaterThanOrEqual(0);
        expect(partition).toBeLessThan(partitions);
        expect(new Partitioner().choose(key, partitions)).toBe(partition);
      }),
    );
  });

  it('deals keyless records out in turn', () => {
    const partitioner = new Partitioner();
    expect([0, 1, 2, 3].map(() => partitioner.choose(null, 3))).toEqual([0, 1, 2, 0]);
  });
});
