import { afterAll, expect, it } from 'vitest';
import { waitUntil } from '../../conformance/patience.js';
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
});
