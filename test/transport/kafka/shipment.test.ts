import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shipmentsOf } from '../../../src/transport/kafka/shipment.js';

const LARGEST_BATCH = 512 * 1024;

const messages = fc
  .array(fc.record({ topic: fc.constantFrom('a', 'b'), partition: fc.nat(2), size: fc.nat(200_000) }), {
    maxLength: 40,
  })
  .map((sizes) =>
    sizes.map(({ topic, partition, size }, i) => ({
      topic,
      partition,
      key: Buffer.from(String(i)),
      value: Buffer.alloc(size),
    })),
  );

describe('shipmentsOf', () => {
  it('cuts what is written to a partition into batches that a broker takes, in order', () => {
    fc.assert(
      fc.property(messages, (all) => {
        const shipments = shipmentsOf(all);
        for (const batches of shipments) {
          const places = batches.map(({ topic, messages: [first] }) => `${topic}/${first?.partition}`);
          expect(new Set(places).size).toBe(places.length);
          for (const batch of batches) {
            const bytes = batch.messages.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
            if (batch.messages.length > 1) expect(bytes).toBeLessThanOrEqual(LARGEST_BATCH);
          }
        }
        for (const topic of ['a', 'b']) {
          for (const partition of [0, 1, 2]) {
            const ofPlace = (message: { topic: string; partition: number }) =>
              message.topic === topic && message.partition === partition;
            const sent = shipments.flat().flatMap((batch) => batch.messages.filter(ofPlace));
            expect(sent).toEqual(all.filter(ofPlace));
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('sends what is small in one request, and nothing in none', () => {
    expect(shipmentsOf([])).toEqual([]);
    const small = [0, 1, 0, 1].map((partition) => ({ topic: 'a', partition, value: null }));
    expect(shipmentsOf(small).map((batches) => batches.length)).toEqual([2]);
  });
});
