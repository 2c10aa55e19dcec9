import { describe, expect, it } from 'vitest';
import type { Poll, Transaction } from '../../../src/transport/transport.js';
import { settle, waitUntil } from '../patience.js';
import type { Bench } from '../transport.js';
import { copyTo, hold, numbered, numbers, Reader, sorted, texts } from './reader.js';

export function transactionConformance(bench: Bench): void {
  describe('transactions', () => {
    it('write to several topics together with the offset', async () => {
      const [transport, input] = [await bench.open(), await bench.topic(1)];
      const [one, other, group] = [await bench.topic(1), await bench.topic(1), bench.group()];
      await transport.append(numbered(input, 3));
      const reader = new Reader(transport, { group, topics: [input] }, async (poll) => {
        const transaction = await poll.begin();
        await transaction.send(numbered(one, 2));
        await transaction.send(numbered(other, 3));
        await transaction.commit();
        return true;
      });
      await reader.hasDone(3);
      const output = new Reader(transport, { group: bench.group(), topics: [one, other] });
      await output.hasDone(5);
      expect(texts(output.done.filter(({ topic }) => topic === one))).toEqual(numbers(2));
      expect(texts(output.done.filter(({ topic }) => topic === other))).toEqual(numbers(3));
      await expect.poll(async () => (await transport.lag(group, [input]))[0]?.committed).toBe(3n);
    });

    it('that are open show nothing to anyone', async () => {
      const [transport, input, output] = [await bench.open(), await bench.topic(1), await bench.topic(1)];
      const group = bench.group();
      await transport.append(numbered(input, 1));
      const reader = new Reader(transport, { group, topics: [input] }, hold);
      const watcher = new Reader(await bench.open(), { group: bench.group(), topics: [output] });
      const transaction = await (await reader.firstPoll()).begin();
      await transaction.send(numbered(output, 2));
      await settle();
      expect(watcher.polls).toEqual([]);
      expect((await transport.lag(group, [input]))[0]?.committed).toBe(0n);
      await transaction.commit();
      await watcher.hasDone(2);
      expect(texts(watcher.done)).toEqual(numbers(2));
    });

    it('that are aborted write nothing, and the poll comes again', async () => {
      const [transport, input, output] = [await bench.open(), await bench.topic(1), await bench.topic(1)];
      await transport.append(numbered(input, 5));
      let aborted = 0;
      const reader = new Reader(transport, { group: bench.group(), topics: [input] }, async (poll) => {
        if (aborted === 2) return copyTo(output)(poll);
        aborted++;
        const transaction = await poll.begin();
        await transaction.send(numbered(output, 50));
        await transaction.abort();
        return false;
      });
      const watcher = new Reader(await bench.open(), { group: bench.group(), topics: [output] });
      await watcher.hasDone(5);
      await settle();
      expect(texts(watcher.done)).toEqual(numbers(5));
      expect(reader.polls.slice(0, 3).map(({ records }) => records[0]?.offset)).toEqual([0n, 0n, 0n]);
    });

    it('leave other partitions alone when they are aborted', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(2)];
      await transport.append(numbered(topic, 20).map((record, i) => ({ ...record, partition: i % 2 })));
      let aborts = 0;
      const reader = new Reader(
        transport,
        { group: bench.group(), topics: [topic], maxRecords: 2 },
        async (poll) => {
          const transaction = await poll.begin();
          if (poll.partition === 0 && aborts++ < 3) {
            await transaction.abort();
            return false;
          }
          await transaction.commit();
          return true;
        },
      );
      await waitUntil('all is read', () => reader.done.length === 20);
      const odd = reader.done.filter(({ partition }) => partition === 1);
      expect(texts(odd)).toEqual(numbers(20).filter((n) => Number(n) % 2 === 1));
      expect(sorted(texts(reader.done))).toEqual(numbers(20));
    });

    it('end once', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(1)];
      await transport.append(numbered(topic, 1));
      const reader = new Reader(transport, { group: bench.group(), topics: [topic] }, hold);
      const poll = await reader.firstPoll();
      const transaction = await poll.begin();
      await expect(poll.begin()).rejects.toMatchObject({ code: 'MT_TRANSPORT' });
      await transaction.commit();
      await expect(transaction.commit()).rejects.toMatchObject({ code: 'MT_TRANSPORT' });
      await expect(transaction.send(numbered(topic, 1))).rejects.toMatchObject({ code: 'MT_TRANSPORT' });
    });

    it('of an old owner are fenced and write nothing', async () => {
      const [one, other] = [await bench.open(), await bench.open()];
      const [input, output, group] = [await bench.topic(1), await bench.topic(1), bench.group()];
      await one.append(numbered(input, 3));
      const old = new Reader(one, { group, topics: [input] }, hold);
      const stale = await begin(await old.firstPoll(), output, 'stale');
      old.stop();
      const heir = new Reader(other, { group, topics: [input] }, hold);
      const fresh = await begin(await heir.firstPoll(), output, 'fresh');
      await expect(stale.commit()).rejects.toMatchObject({ code: 'MT_FENCED' });
      await fresh.commit();
      const watcher = new Reader(one, { group: bench.group(), topics: [output] });
      await watcher.hasDone(1);
      await settle();
      expect(texts(watcher.done)).toEqual(['fresh']);
      expect((await one.lag(group, [input]))[0]?.committed).toBe(3n);
    });

    it('by the hundred carry every record over once and in order', async () => {
      const [one, other] = [await bench.open(), await bench.open()];
      const [input, output, group] = [await bench.topic(4), await bench.topic(1), bench.group()];
      const options = { group, topics: [input], maxRecords: 3 };
      const workers = [one, other].map((transport) => new Reader(transport, options, copyTo(output)));
      const watcher = new Reader(one, { group: bench.group(), topics: [output], maxRecords: 50 });
      const records = numbered(input, 600, 30);
      for (let i = 0; i < records.length; i += 25) await one.append(records.slice(i, i + 25));
      await watcher.hasDone(600);
      await settle();
      expect(sorted(texts(watcher.done))).toEqual(numbers(600));
      for (let key = 0; key < 30; key++) {
        const ofKey = texts(watcher.done).filter((value) => Number(value) % 30 === key);
        expect(ofKey).toEqual(sorted(ofKey));
      }
      expect(workers.flatMap(({ errors }) => errors)).toEqual([]);
    });
  });
}

async function begin(poll: Poll, topic: string, value: string): Promise<Transaction> {
  const transaction = await poll.begin();
  await transaction.send([{ topic, key: null, value: Buffer.from(value) }]);
  return transaction;
}
