import { describe, expect, it } from 'vitest';
import type { LogRecord, Stretch, Transport } from '../../../src/transport/transport.js';
import type { Bench } from '../transport.js';
import { copyWithAborts, numbered, numbers, Reader, sorted, texts } from './reader.js';

async function readAll(transport: Transport, stretches: readonly Stretch[]): Promise<LogRecord[]> {
  const all: LogRecord[] = [];
  for await (const records of transport.read(stretches)) {
    expect(records.length).toBeGreaterThan(0);
    all.push(...records);
  }
  return all;
}

/** Everything that a topic has. */
async function everything(transport: Transport, topic: string): Promise<Stretch[]> {
  const partitions = await transport.lag('nobody', [topic]);
  return partitions.map(({ partition, committed: from, end: until }) => ({ topic, partition, from, until }));
}

export function readingConformance(bench: Bench): void {
  describe('reading again', () => {
    it('gives each stretch as it is, as often as it is asked for', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(2)];
      await transport.append(numbered(topic, 40).map((record, i) => ({ ...record, partition: i % 2 })));
      const stretches = [
        { topic, partition: 0, from: 5n, until: 9n },
        { topic, partition: 1, from: 0n, until: 2n },
        { topic, partition: 1, from: 7n, until: 7n },
      ];
      for (let time = 0; time < 2; time++) {
        const records = await readAll(transport, stretches);
        const ofPartition = (partition: number) =>
          records.filter((record) => record.partition === partition).map(({ offset }) => offset);
        expect(ofPartition(0)).toEqual([5n, 6n, 7n, 8n]);
        expect(ofPartition(1)).toEqual([0n, 1n]);
      }
      expect(texts(await readAll(transport, stretches.slice(0, 1)))).toEqual(['10', '12', '14', '16']);
    });

    it('has an end where there is nothing to read', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(2)];
      expect(await readAll(transport, [])).toEqual([]);
      expect(await readAll(transport, await everything(transport, topic))).toEqual([]);
    });

    it('gives what was committed, to the last record, and nothing of what was aborted', async () => {
      const [transport, input, output] = [await bench.open(), await bench.topic(2), await bench.topic(2)];
      await transport.append(numbered(input, 60, 20));
      const options = { group: bench.group(), topics: [input], maxRecords: 7 };
      const reader = new Reader(transport, options, copyWithAborts(output));
      await reader.hasDone(60);
      const records = await readAll(transport, await everything(transport, output));
      expect(sorted(texts(records))).toEqual(numbers(60));
    });

    it('leaves groups where they are', async () => {
      const [transport, topic, group] = [await bench.open(), await bench.topic(1), bench.group()];
      await transport.append(numbered(topic, 20));
      const reader = new Reader(transport, { group, topics: [topic], maxRecords: 5 });
      const read = await readAll(transport, await everything(transport, topic));
      await reader.hasDone(20);
      expect(texts(read)).toEqual(numbers(20));
      expect(texts(reader.done)).toEqual(numbers(20));
    });

    it('can be left before its end', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(1)];
      await transport.append(numbered(topic, 5_000));
      for await (const records of transport.read(await everything(transport, topic))) {
        expect(texts(records)[0]).toBe('0');
        break;
      }
      await transport.close();
    });

    it('finds where the records of a time begin', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(2)];
      const start = 1_700_000_000_000;
      await transport.append(
        numbered(topic, 20).map((record, i) => ({ ...record, partition: 0, timestamp: start + i * 1000 })),
      );
      const offsets = async (time: number) => Object.fromEntries(await transport.offsetsAt(topic, time));
      expect(await offsets(0)).toEqual({ 0: 0n, 1: 0n });
      expect(await offsets(start + 7_000)).toEqual({ 0: 7n, 1: 0n });
      expect(await offsets(start + 7_001)).toEqual({ 0: 8n, 1: 0n });
      expect(await offsets(start + 1e9)).toEqual({ 0: 20n, 1: 0n });
    });
  });
}
