import { describe, expect, it } from 'vitest';
import type { Bench } from '../transport.js';
import { numbered, numbers, Reader, text, texts } from './reader.js';

export function recordConformance(bench: Bench): void {
  describe('records', () => {
    it('come in the order in which they were appended to their partition', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(1)];
      for (const record of numbered(topic, 20)) await transport.append([record]);
      const reader = new Reader(transport, { group: bench.group(), topics: [topic] });
      await reader.hasDone(20);
      expect(texts(reader.done)).toEqual(numbers(20));
      expect(reader.done.map(({ offset }) => offset)).toEqual(numbers(20).map(BigInt));
    });

    it('with equal keys share a partition, whoever writes them', async () => {
      const [one, other, topic] = [await bench.open(), await bench.open(), await bench.topic(4)];
      await one.append(numbered(topic, 40, 20));
      await other.append(numbered(topic, 40, 20));
      const reader = new Reader(one, { group: bench.group(), topics: [topic] });
      await reader.hasDone(80);
      const partitions = new Map<string, Set<number>>();
      for (const { key, partition } of reader.done) {
        const name = String(key && Buffer.from(key));
        partitions.set(name, (partitions.get(name) ?? new Set()).add(partition));
      }
      expect(partitions.size).toBe(20);
      expect([...partitions.values()].every((owners) => owners.size === 1)).toBe(true);
      expect(new Set(reader.done.map(({ partition }) => partition)).size).toBeGreaterThan(1);
    });

    it('without a key are spread', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(2)];
      await transport.append(numbered(topic, 100).map((record) => ({ ...record, key: null })));
      const reader = new Reader(transport, { group: bench.group(), topics: [topic] });
      await reader.hasDone(100);
      expect(new Set(reader.done.map(({ partition }) => partition)).size).toBe(2);
    });

    it('go to the partition that they name', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(3)];
      await transport.append(numbered(topic, 6).map((record, i) => ({ ...record, partition: i % 3 })));
      const reader = new Reader(transport, { group: bench.group(), topics: [topic] });
      await reader.hasDone(6);
      for (const record of reader.done) expect(record.partition).toBe(Number(text(record)) % 3);
    });

    it('keep their bytes, headers and timestamp', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(1)];
      const every = Uint8Array.from({ length: 256 }, (_, i) => i);
      const bytes = (...values: number[]) => Uint8Array.from(values);
      const written = [
        { key: every, value: every, headers: { every, empty: bytes(), 键: bytes(0) } },
        { key: null, value: null, headers: {} },
        { key: bytes(), value: bytes(), headers: {} },
        { key: bytes(1), value: null, headers: { a: bytes(1), b: bytes(2) } },
      ].map((record, i) => ({ ...record, topic, partition: 0, timestamp: 1_700_000_000_000 + i }));
      await transport.append(written);
      const reader = new Reader(transport, { group: bench.group(), topics: [topic] });
      await reader.hasDone(written.length);
      const plain = (field: Uint8Array | null) => field && [...field];
      for (const [i, record] of written.entries()) {
        const read = reader.done[i];
        expect(read && plain(read.key)).toEqual(plain(record.key));
        expect(read && plain(read.value)).toEqual(plain(record.value));
        expect(read?.timestamp).toBe(record.timestamp);
        const headers = Object.entries(read?.headers ?? {}).map(([name, field]) => [name, plain(field)]);
        expect(headers).toEqual(Object.entries(record.headers).map(([name, field]) => [name, plain(field)]));
      }
    });

    it('are refused together when one of them has no topic to go to', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(1)];
      const group = bench.group();
      const stray = { topic: 'no-such-topic', key: null, value: null };
      await expect(transport.append([...numbered(topic, 3), stray])).rejects.toMatchObject({
        code: 'MT_TRANSPORT',
      });
      await transport.append([{ topic, key: null, value: Buffer.from('first') }]);
      const reader = new Reader(transport, { group, topics: [topic] });
      await reader.hasDone(1);
      expect(texts(reader.done)).toEqual(['first']);
    });
  });

  describe('polls', () => {
    it('hold at most maxRecords', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(1)];
      await transport.append(numbered(topic, 25));
      const reader = new Reader(transport, { group: bench.group(), topics: [topic], maxRecords: 10 });
      await reader.hasDone(25);
      expect(texts(reader.done)).toEqual(numbers(25));
      for (const { records } of reader.polls) expect(records.length).toBeLessThanOrEqual(10);
    });

    it('hold at most maxBytes, and a larger record alone', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(1)];
      const sizes = [100, 100, 5_000, 100, 900, 100, 300_000, 100];
      await transport.append(sizes.map((size) => ({ topic, key: null, value: Buffer.alloc(size, 65) })));
      const reader = new Reader(transport, { group: bench.group(), topics: [topic], maxBytes: 1_000 });
      await reader.hasDone(sizes.length);
      expect(reader.done.map(({ value }) => value?.length)).toEqual(sizes);
      for (const { records } of reader.polls) {
        const bytes = records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
        if (records.length > 1) expect(bytes).toBeLessThanOrEqual(1_000);
      }
    });

    it('name their partition and the offset at which the next one starts', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(2)];
      await transport.append(numbered(topic, 40, 10));
      const reader = new Reader(transport, { group: bench.group(), topics: [topic], maxRecords: 7 });
      await reader.hasDone(40);
      for (const poll of reader.polls) {
        expect(poll.records.length).toBeGreaterThan(0);
        expect(poll.records.every(({ partition }) => partition === poll.partition)).toBe(true);
        expect(poll.records.every((record) => record.topic === poll.topic)).toBe(true);
        expect(poll.nextOffset).toBeGreaterThan(poll.records.at(-1)?.offset ?? poll.nextOffset);
      }
      for (const partition of [0, 1]) {
        const polls = reader.polls.filter((poll) => poll.partition === partition);
        // A log may keep marks of its own between records, which have offsets too.
        for (const [i, { nextOffset }] of polls.slice(0, -1).entries()) {
          expect(nextOffset).toBeLessThanOrEqual(polls[i + 1]?.records[0]?.offset ?? -1n);
        }
      }
    });

    it('come one at a time for each partition', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(2)];
      await transport.append(numbered(topic, 60, 12));
      const out = new Map<number, number>();
      let most = 0;
      const reader = new Reader(
        transport,
        { group: bench.group(), topics: [topic], maxRecords: 5 },
        async (poll) => {
          out.set(poll.partition, (out.get(poll.partition) ?? 0) + 1);
          most = Math.max(most, ...out.values());
          const transaction = await poll.begin();
          await new Promise(setImmediate);
          const committed = transaction.commit();
          out.set(poll.partition, (out.get(poll.partition) ?? 0) - 1);
          await committed;
          return true;
        },
      );
      await reader.hasDone(60);
      expect(most).toBe(1);
    });
  });
}
