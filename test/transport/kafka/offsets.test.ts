import { afterAll, expect, it, onTestFinished } from 'vitest';
import { pause, waitUntil } from '../../conformance/patience.js';
import { numbered } from '../../conformance/transport/reader.js';
import { describeWithKafka } from '../../services/describe.js';
import { Bench } from './bench.js';

describeWithKafka('the lag of a topic on Kafka', ({ brokers }) => {
  const bench = new Bench(brokers);
  afterAll(() => bench.close());

  it('is asked for again where the leader does not know the topic yet', async () => {
    const [topic, group] = [await bench.topic(1), bench.group()];
    const transport = bench.open();
    await transport.append(numbered(topic, 3));
    await transport.lag(group, [topic]);
    await bench.administer(async (admin) => {
      await admin.deleteTopics({ topics: [topic] });
      await waitUntil('it is forgotten', async () => !(await admin.listTopics()).includes(topic));
    });
    const [[lag]] = await Promise.all([
      transport.lag(group, [topic]),
      bench.administer((admin) =>
        admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: 1 }] }),
      ),
    ]);
    expect(lag).toEqual({ topic, partition: 0, committed: 0n, end: 0n });
  });

  it('knows where the group is, whatever else is asked for at the same time', async () => {
    const [topic, group] = [await bench.topic(1), bench.group()];
    const names = Array.from({ length: 30 }, () => bench.group());
    await bench.open().ensureTopics(names.map((name) => ({ name, partitions: 1 })));
    await bench.administer((admin) =>
      admin.setOffsets({ groupId: group, topic, partitions: [{ partition: 0, offset: '5' }] }),
    );
    const transport = bench.open();
    await transport.lag(group, [topic]);
    // A program that scores has more to do than to listen.
    const work = setInterval(() => {
      for (const end = performance.now() + 4; performance.now() < end; );
    }, 5);
    onTestFinished(() => clearInterval(work));
    for (const name of names) {
      const other = pause(Math.random() * 15).then(() => transport.offsetsAt(name, 0));
      expect(await transport.lag(group, [topic])).toMatchObject([{ committed: 5n }]);
      await other;
    }
  });
});
