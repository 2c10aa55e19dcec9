import { describe, expect, it } from 'vitest';
import { settle, waitUntil } from '../patience.js';
import type { Bench } from '../transport.js';
import { acknowledge, hold, numbered, numbers, Reader, sorted, text, texts } from './reader.js';

export function groupConformance(bench: Bench): void {
  describe('groups', () => {
    it('go on after their last commit', async () => {
      const [transport, topic, group] = [await bench.open(), await bench.topic(1), bench.group()];
      await transport.append(numbered(topic, 10));
      const first = new Reader(transport, { group, topics: [topic], maxRecords: 4 }, async (poll) =>
        poll.nextOffset <= 8n ? acknowledge(poll) : false,
      );
      await waitUntil('the last poll is out', () => first.polls.at(-1)?.nextOffset === 10n);
      first.stop();
      const second = new Reader(await bench.open(), { group, topics: [topic] });
      await second.hasDone(2);
      expect(texts(second.done)).toEqual(['8', '9']);
    });

    it('read on their own, each from the earliest record', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(2)];
      await transport.append(numbered(topic, 20, 5));
      const readers = [1, 2].map(() => new Reader(transport, { group: bench.group(), topics: [topic] }));
      for (const reader of readers) await reader.hasDone(20);
      for (const reader of readers) expect(sorted(texts(reader.done))).toEqual(numbers(20));
    });

    it('start at the latest record when asked to', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(1)];
      await transport.append(numbered(topic, 10));
      const reader = new Reader(transport, { group: bench.group(), topics: [topic], from: 'latest' });
      let sent = 10;
      await waitUntil(
        'a new record arrives',
        () => reader.done.length > 0,
        async () => {
          await transport.append([{ topic, key: null, value: Buffer.from(String(sent++)) }]);
          await new Promise((resolve) => setTimeout(resolve, 50));
        },
      );
      const first = Number(text(reader.done[0]));
      expect(first).toBeGreaterThanOrEqual(10);
      await reader.hasDone(sent - first);
      expect(texts(reader.done)).toEqual(numbers(sent).slice(first));
    });

    it('see records that are appended later, by whomever', async () => {
      const [transport, other, topic] = [await bench.open(), await bench.open(), await bench.topic(1)];
      const reader = new Reader(transport, { group: bench.group(), topics: [topic] });
      await transport.append(numbered(topic, 1));
      await reader.hasDone(1);
      await other.append(numbered(topic, 1));
      await reader.hasDone(2);
      expect(texts(reader.done)).toEqual(['0', '0']);
    });

    it('read several topics', async () => {
      const [transport, one, other] = [await bench.open(), await bench.topic(2), await bench.topic(1)];
      await transport.append([...numbered(one, 10, 5), ...numbered(other, 10)]);
      const reader = new Reader(transport, { group: bench.group(), topics: [one, other] });
      await reader.hasDone(20);
      for (const topic of [one, other]) {
        expect(sorted(texts(reader.done.filter((record) => record.topic === topic)))).toEqual(numbers(10));
      }
    });

    it('know their lag', async () => {
      const [transport, topic, group] = [await bench.open(), await bench.topic(2), bench.group()];
      // What goes to one partition alone needs no transaction, whose mark may come only after the end was asked for.
      for (const partition of [0, 1]) {
        await transport.append(numbered(topic, 3).map((record) => ({ ...record, partition })));
      }
      const before = await transport.lag(group, [topic]);
      expect(before.map(({ partition, committed }) => [partition, committed]).sort()).toEqual([
        [0, 0n],
        [1, 0n],
      ]);
      // A log may keep marks of its own between records, which have offsets too; nobody lags behind them for long.
      for (const { end } of before) expect(end).toBeGreaterThanOrEqual(3n);
      const reader = new Reader(transport, { group, topics: [topic] });
      await reader.hasDone(6);
      await waitUntil('there is no lag', async () =>
        (await transport.lag(group, [topic])).every(({ committed, end }) => committed === end),
      );
      expect((await transport.lag(group, [topic])).map(({ end }) => end)).toEqual(
        before.map(({ end }) => end),
      );
      expect(reader.errors).toEqual([]);
    });
  });

  describe('members of a group', () => {
    it('share the partitions, and a newcomer gets its part', async () => {
      const [one, other, topic] = [await bench.open(), await bench.open(), await bench.topic(4)];
      const group = bench.group();
      const first = new Reader(one, { group, topics: [topic] });
      let sent = 0;
      const feed = async () => {
        const batch = [0, 1, 2, 3].map((partition) => ({
          topic,
          partition,
          key: null,
          value: Buffer.from(String(sent++)),
        }));
        await one.append(batch);
        await new Promise((resolve) => setTimeout(resolve, 20));
      };
      await waitUntil('the first member reads', () => first.done.length > 0, feed);
      const second = new Reader(other, { group, topics: [topic] });
      const partitionsOf = (reader: Reader) => new Set(reader.done.map(({ partition }) => partition));
      await waitUntil('the second member has its part', () => partitionsOf(second).size === 2, feed);
      await waitUntil('all is read', () => first.done.length + second.done.length >= sent);
      expect(sorted(texts([...first.done, ...second.done]))).toEqual(numbers(sent));
      expect([...first.errors, ...second.errors]).toEqual([]);
    });

    it('take over from one that has left, from its last commit', async () => {
      const [one, other, topic] = [await bench.open(), await bench.open(), await bench.topic(2)];
      const group = bench.group();
      // More polls in each partition than are committed, so that one of each is left to hold.
      await one.append(numbered(topic, 50).map((record, i) => ({ ...record, partition: i % 2 })));
      const leaver = new Reader(one, { group, topics: [topic], maxRecords: 5 }, async (poll) =>
        leaver.polls.length <= 4 ? acknowledge(poll) : false,
      );
      await waitUntil('the leaver holds both', () => leaver.polls.length === 6);
      await one.close();
      expect(leaver.completed).toBe(true);
      const heir = new Reader(other, { group, topics: [topic] });
      await heir.hasDone(50 - leaver.done.length);
      await settle();
      expect(sorted(texts([...leaver.done, ...heir.done]))).toEqual(numbers(50));
    });

    it('are not given more once they have unsubscribed', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(1)];
      const reader = new Reader(transport, { group: bench.group(), topics: [topic], maxRecords: 1 });
      await transport.append(numbered(topic, 1));
      await reader.hasDone(1);
      reader.stop();
      await transport.append(numbered(topic, 5));
      await settle();
      expect(reader.polls.length).toBe(1);
    });
  });

  describe('a handle', () => {
    it('can be closed twice, and ends its consumers', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(1)];
      const reader = new Reader(transport, { group: bench.group(), topics: [topic] }, hold);
      await transport.append(numbered(topic, 1));
      await reader.firstPoll();
      await Promise.all([transport.close(), transport.close()]);
      await transport.close();
      expect(reader.completed).toBe(true);
      await expect(transport.append(numbered(topic, 1))).rejects.toMatchObject({ code: 'MT_TRANSPORT' });
    });

    it('leaves topics that exist as they are', async () => {
      const [transport, topic, group] = [await bench.open(), await bench.topic(2), bench.group()];
      await transport.append(numbered(topic, 3));
      await transport.ensureTopics([{ name: topic, partitions: 5 }]);
      expect(await transport.lag(group, [topic])).toHaveLength(2);
      const reader = new Reader(transport, { group, topics: [topic] });
      await reader.hasDone(3);
    });

    it('tells a consumer of a topic that does not exist', async () => {
      const reader = new Reader(await bench.open(), { group: bench.group(), topics: ['no-such-topic'] });
      await waitUntil('the error comes', () => reader.errors.length > 0);
      expect(reader.errors[0]).toMatchObject({ code: 'MT_TRANSPORT' });
    });
  });
}
