import fc from 'fast-check';
import type { KafkaMessage } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { Backlog } from '../../../src/transport/kafka/backlog.js';
import { sizeOf } from '../../../src/transport/kafka/record.js';

function message(offset: number, bytes: number): KafkaMessage {
  return {
    offset: String(offset),
    timestamp: '1700000000000',
    attributes: 0,
    key: null,
    value: Buffer.alloc(bytes),
    headers: {},
  };
}

/** Fetches one after the other: how large each of its messages is, and how many markers follow them. */
const fetches = fc.array(fc.record({ sizes: fc.array(fc.nat(200), { maxLength: 8 }), markers: fc.nat(2) }), {
  minLength: 1,
  maxLength: 8,
});
const bounds = fc.record({
  maxRecords: fc.integer({ min: 1, max: 6 }),
  maxBytes: fc.integer({ min: 1, max: 900 }),
});

describe('Backlog', () => {
  it('gives out all records once and in order, within the bounds, and goes on where it stopped', () => {
    fc.assert(
      fc.property(fetches, bounds, (history, limits) => {
        const backlog = new Backlog('t', 1);
        let offset = 0;
        const offsets: bigint[] = [];
        for (const { sizes, markers } of history) {
          const messages = sizes.map((size) => message(offset++, size));
          offsets.push(...messages.map((each) => BigInt(each.offset)));
          offset += markers;
          if (sizes.length + markers > 0) backlog.add(messages, BigInt(offset));
        }
        const given: bigint[] = [];
        let next = 0n;
        for (let portion = backlog.take(limits); portion; portion = backlog.take(limits)) {
          const { records, nextOffset } = portion;
          for (const record of records) expect(record).toMatchObject({ topic: 't', partition: 1 });
          expect(records.length).toBeLessThanOrEqual(limits.maxRecords);
          const bytes = records.reduce((sum, record) => sum + sizeOf(record), 0);
          if (records.length > 1) expect(bytes).toBeLessThanOrEqual(limits.maxBytes);
          expect(nextOffset).toBeGreaterThan(records.at(-1)?.offset ?? next - 1n);
          given.push(...records.map((record) => record.offset));
          next = nextOffset;
        }
        expect(given).toEqual(offsets);
        expect(next).toBe(BigInt(offset));
        expect(backlog.bytes).toBe(0);
      }),
    );
  });

  it('passes on that there was nothing to show, once', () => {
    const backlog = new Backlog('t', 0);
    const limits = { maxRecords: 10, maxBytes: 1_000 };
    expect(backlog.take(limits)).toBeUndefined();
    backlog.add([], 7n);
    expect(backlog.take(limits)).toEqual({ records: [], nextOffset: 7n });
    expect(backlog.take(limits)).toBeUndefined();
  });

  it('forgets', () => {
    const backlog = new Backlog('t', 0);
    backlog.add([message(0, 10)], 1n);
    expect(backlog.bytes).toBeGreaterThan(10);
    backlog.clear();
    expect(backlog.bytes).toBe(0);
    expect(backlog.take({ maxRecords: 10, maxBytes: 1_000 })).toBeUndefined();
  });
});
