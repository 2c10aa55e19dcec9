import { afterEach, expect, it } from 'vitest';
import { settle } from '../../conformance/patience.js';
import { all, Follower } from '../../conformance/transport/follower.js';
import { numbered, numbers, Reader, sorted, texts } from '../../conformance/transport/reader.js';
import { describeWithKafka } from '../../services/describe.js';
import { Bench } from './bench.js';

describeWithKafka('a topic on Kafka that is given more partitions', ({ brokers }) => {
  const bench = new Bench(brokers);
  afterEach(() => bench.close());

  it('gets what a writer that knew fewer appends to the new ones', async () => {
    const [topic, transport] = [await bench.topic(1), bench.open()];
    await transport.append(numbered(topic, 1));
    await bench.extend(topic, 3);
    await transport.append(numbered(topic, 2).map((record) => ({ ...record, partition: 2 })));
    const follower = new Follower(bench.open(), all(topic));
    await follower.has(3);
    expect(follower.textsOf(topic, 2)).toEqual(['0', '1']);
  });

  it('gets what a transaction writes to the new ones, whose producer knew fewer', async () => {
    const [from, to, transport] = [await bench.topic(1), await bench.topic(1), bench.open()];
    let partition = 0;
    const reader = new Reader(transport, { group: bench.group(), topics: [from] }, async (poll) => {
      const transaction = await poll.begin();
      await transaction.send(poll.records.map(({ key, value }) => ({ topic: to, key, value, partition })));
      await transaction.commit();
      return true;
    });
    await transport.append(numbered(from, 1));
    await reader.hasDone(1);
    await bench.extend(to, 3);
    partition = 2;
    await transport.append(numbered(from, 2));
    await reader.hasDone(3);
    reader.stop();
    const follower = new Follower(bench.open(), all(to));
    await follower.has(3);
    expect([0, 1, 2].map((one) => follower.textsOf(to, one))).toEqual([['0'], [], ['0', '1']]);
    expect(reader.errors).toEqual([]);
  });

  it('is read on by a program that knew fewer, from where its group is', async () => {
    const [topic, group, transport] = [await bench.topic(1), bench.group(), bench.open()];
    const spread = () => numbered(topic, 6).map((record, i) => ({ ...record, partition: i % 3 }));
    await transport.lag(group, [topic]);
    await bench.extend(topic, 3);
    const other = bench.open();
    await other.append(spread());
    await new Reader(other, { group, topics: [topic] }).hasDone(6);
    await other.close();
    const reader = new Reader(transport, { group, topics: [topic] });
    await transport.append(spread());
    await reader.hasDone(6);
    await settle();
    expect(sorted(texts(reader.done))).toEqual(numbers(6));
  });
});
