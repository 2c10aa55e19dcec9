import { describe, expect, it } from 'vitest';
import { pause, settle, waitUntil } from '../patience.js';
import type { Bench } from '../transport.js';
import { all, Follower } from './follower.js';
import { copyWithAborts, numbered, numbers, Reader, sorted, texts } from './reader.js';

export function followingConformance(bench: Bench): void {
  describe('following', () => {
    it('gives what there is and what comes, by whomever, in the order of each partition', async () => {
      const [transport, other] = [await bench.open(), await bench.open()];
      const [one, two] = [await bench.topic(2), await bench.topic(1)];
      const spread = (topic: string) =>
        numbered(topic, 40).map((record, i) => ({ ...record, partition: i % 2 }));
      await other.append(spread(one));
      const follower = new Follower(transport, all(one, two));
      await follower.has(40);
      for (const record of numbered(two, 20)) await other.append([record]);
      await transport.append(spread(one));
      await follower.has(100);
      await settle();
      for (const partition of [0, 1]) {
        const half = numbers(40).filter((n) => Number(n) % 2 === partition);
        expect(follower.textsOf(one, partition)).toEqual([...half, ...half]);
      }
      expect(follower.textsOf(two, 0)).toEqual(numbers(20));
      expect(follower.errors).toEqual([]);
    });

    it('begins in each partition where it is told', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(3)];
      const spread = () => numbered(topic, 30).map((record, i) => ({ ...record, partition: i % 3 }));
      await transport.append(spread());
      const ends = new Map(
        (await transport.lag('nobody', [topic])).map(({ partition, end }) => [partition, end]),
      );
      const from = new Map([
        [0, 7n],
        [1, ends.get(1) ?? 0n],
      ]);
      const follower = new Follower(transport, new Map([[topic, from]]));
      await follower.has(13);
      await transport.append(spread());
      await follower.has(43);
      await settle();
      const [first, second, third] = [0, 1, 2].map((partition) =>
        numbers(30).filter((n) => Number(n) % 3 === partition),
      );
      expect(follower.textsOf(topic, 0)).toEqual([...(first?.slice(7) ?? []), ...(first ?? [])]);
      expect(follower.textsOf(topic, 1)).toEqual(second);
      expect(follower.textsOf(topic, 2)).toEqual([...(third ?? []), ...(third ?? [])]);
    });

    it('gives what was committed once, and nothing of what was aborted, from wherever it goes on', async () => {
      const [transport, input, output] = [await bench.open(), await bench.topic(2), await bench.topic(2)];
      const follower = new Follower(await bench.open(), all(output));
      await transport.append(numbered(input, 60, 20));
      const options = { group: bench.group(), topics: [input], maxRecords: 7 };
      const reader = new Reader(transport, options, copyWithAborts(output));
      await reader.hasDone(60);
      await follower.has(60);
      await settle();
      expect(sorted(texts(follower.records))).toEqual(numbers(60));

      const positions = new Map<number, bigint>();
      const seen = follower.records.slice(0, 25);
      for (const { partition, offset } of seen) positions.set(partition, offset + 1n);
      const heir = new Follower(transport, new Map([[output, positions]]));
      await heir.has(35);
      await settle();
      expect(sorted(texts([...seen, ...heir.records]))).toEqual(numbers(60));
    });

    it('goes on while another reads slowly or has stopped', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(1)];
      const [slow, stopped, follower] = [all(topic), all(topic), new Follower(transport, all(topic))];
      await transport.append(numbered(topic, 2_000));
      for await (const records of transport.tail(stopped, new AbortController().signal)) {
        expect(texts(records)[0]).toBe('0');
        break;
      }
      const seen: (string | undefined)[] = [];
      for await (const records of transport.tail(slow, new AbortController().signal)) {
        seen.push(...texts(records));
        await pause(20);
        if (seen.length === 2_000) break;
      }
      await follower.has(2_000);
      expect(seen).toEqual(numbers(2_000));
      expect(texts(follower.records)).toEqual(numbers(2_000));
    });

    it('ends when it is told to, also where nothing comes, and gives no more', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(1)];
      const followers = [all(topic), all()].map((from) => new Follower(transport, from));
      await transport.append(numbered(topic, 1));
      await followers[0]?.has(1);
      for (const follower of followers) await follower.stop();
      await transport.append(numbered(topic, 5));
      await settle();
      expect(followers.map(({ records }) => records.length)).toEqual([1, 0]);
      expect(followers.flatMap(({ errors }) => errors)).toEqual([]);
    });

    it('ends when the log is closed', async () => {
      const [transport, topic] = [await bench.open(), await bench.topic(1)];
      const follower = new Follower(transport, all(topic));
      await transport.append(numbered(topic, 1));
      await follower.has(1);
      await transport.close();
      await waitUntil('it has ended', () => follower.isOver);
      expect(follower.errors).toEqual([]);
    });

    it('tells that a topic does not exist', async () => {
      const follower = new Follower(await bench.open(), all('no-such-topic'));
      await waitUntil('it has ended', () => follower.isOver);
      expect(follower.errors).toMatchObject([{ code: 'MT_TRANSPORT' }]);
    });
  });
}
