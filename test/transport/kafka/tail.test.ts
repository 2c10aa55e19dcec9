import { Partitioners } from 'kafkajs';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { pause, waitUntil } from '../../conformance/patience.js';
import { all, Follower } from '../../conformance/transport/follower.js';
import { numbered, numbers } from '../../conformance/transport/reader.js';
import { describeWithKafka } from '../../services/describe.js';
import { Bench } from './bench.js';
import { Connections } from './connections.js';

describeWithKafka('following topics on Kafka', ({ brokers }) => {
  const bench = new Bench(brokers);
  afterEach(() => bench.close());

  it('opens connections once, closes them, and leaves no group behind', async () => {
    const [topic, transport] = [await bench.topic(3), bench.open()];
    const records = numbered(topic, 3).map((record, partition) => ({ ...record, partition }));
    await transport.append(records);
    const connections = new Connections(brokers);
    const follower = new Follower(transport, all(topic));
    await follower.has(3);
    const { opened } = connections;
    expect(opened).toBeGreaterThan(0);
    for (let time = 2; time <= 10; time++) {
      await transport.append(records);
      await follower.has(3 * time);
      await pause(100);
    }
    expect(connections.open).toBe(opened);
    await follower.stop();
    await waitUntil('they are closed', () => connections.open === 0);
    expect(connections.opened).toBe(opened);
    const { groups } = await bench.administer((admin) => admin.listGroups());
    expect(groups.map(({ groupId }) => groupId)).not.toContain('moodtape.none');
  });

  it('gives what one partition has while another hangs in a transaction', async () => {
    const [topic, transport] = [await bench.topic(2), bench.open()];
    const follower = new Follower(transport, all(topic));
    const producer = bench.stranger().producer({
      transactionalId: bench.group(),
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    onTestFinished(() => producer.disconnect());
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ partition: 0, value: 'late' }] });
    await transport.append(numbered(topic, 5).map((record) => ({ ...record, partition: 1 })));
    await follower.has(5);
    expect(follower.textsOf(topic, 1)).toEqual(numbers(5));
    expect(follower.textsOf(topic, 0)).toEqual([]);
    await transaction.commit();
    await follower.has(6);
    expect(follower.textsOf(topic, 0)).toEqual(['late']);
  });

  it('goes on where the log begins when its records have expired', async () => {
    const [topic, transport] = [await bench.topic(2), bench.open()];
    await transport.append(numbered(topic, 20).map((record, i) => ({ ...record, partition: i % 2 })));
    const partitions = [{ partition: 1, offset: '4' }];
    await bench.administer(async (admin) => {
      // kafkajs deletes from topics that it knows.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions });
    });
    const follower = new Follower(transport, all(topic));
    await follower.has(16);
    expect(follower.textsOf(topic, 0)).toEqual(numbers(20).filter((n) => Number(n) % 2 === 0));
    expect(follower.textsOf(topic, 1)).toEqual(['9', '11', '13', '15', '17', '19']);
  });

  it('tells one who goes on beyond the end', async () => {
    const topic = await bench.topic();
    const follower = new Follower(bench.open(), new Map([[topic, new Map([[0, 100n]])]]));
    await waitUntil('it has ended', () => follower.isOver);
    expect(follower.errors).toMatchObject([{ code: 'MT_TRANSPORT' }]);
  });

  it('takes in partitions that a topic is given later', async () => {
    const [topic, transport] = [await bench.topic(1), bench.open()];
    const follower = new Follower(transport, all(topic));
    await transport.append(numbered(topic, 3));
    await follower.has(3);
    await bench.extend(topic, 3);
    await transport.append(numbered(topic, 6).map((record, i) => ({ ...record, partition: i % 3 })));
    await follower.has(9);
    expect([0, 1, 2].map((partition) => follower.textsOf(topic, partition))).toEqual([
      ['0', '1', '2', '0', '3'],
      ['1', '4'],
      ['2', '5'],
    ]);
  });
});
