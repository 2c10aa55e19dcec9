import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecord, encodeRecord, timestampOf } from '../../../src/transport/embedded/record.js';

const field = fc.uint8Array({ maxLength: 64 });
const record = fc.record({
  topic: fc.constant('t'),
  key: fc.option(field),
  value: fc.option(field),
  headers: fc.dictionary(fc.string(), field, { noNullPrototype: true }),
  timestamp: fc.nat(),
});
const plain = (bytes: Uint8Array | null) => bytes && [...bytes];

describe('a stored record', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(record, fc.nat(), (written, offset) => {
        const read = decodeRecord('t', 3, offset, encodeRecord(written, 0));
        expect({ ...read, key: plain(read.key), value: plain(read.value), headers: null }).toEqual({
          topic: 't',
          partition: 3,
          offset: BigInt(offset),
          timestamp: written.timestamp,
          key: plain(written.key),
          value: plain(written.value),
          headers: null,
        });
        const entries = (headers: Readonly<Record<string, Uint8Array>>) =>
          Object.entries(headers).map(([name, bytes]) => [name, plain(bytes)]);
        expect(entries(read.headers)).toEqual(entries(written.headers));
      }),
    );
  });

  it('keeps a header named __proto__ as a header', () => {
    const headers = Object.fromEntries([['__proto__', Buffer.from('x')]]);
    const read = decodeRecord('t', 0, 0, encodeRecord({ topic: 't', key: null, value: null, headers }, 0));
    expect(Object.keys(read.headers)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(read.headers)).toBe(Object.prototype);
  });

  it('is of now when it names no time', () => {
    expect(timestampOf(encodeRecord({ topic: 't', key: null, value: null }, 42))).toBe(42);
  });
});
