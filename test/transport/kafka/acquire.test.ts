import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KafkaLogEntry } from '../../../src/transport/kafka/transport.js';
import { numbered, numbers, Reader, texts } from '../../conformance/transport/reader.js';
import { describeWithKafka } from '../../services/describe.js';
import { Bench } from './bench.js';

describeWithKafka('a partition of Kafka that does not reach from where the group is', ({ brokers }) => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench(brokers);
  });
  afterEach(() => bench.close());

  it('is read from the first record that retention has left', async () => {
    const [topic, group] = [await bench.topic(), bench.group()];
    await bench.open().append(numbered(topic, 10, 1));
    await bench.administer(async (admin) => {
      await admin.setOffsets({ groupId: group, topic, partitions: [{ partition: 0, offset: '2' }] });
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '6' }] });
    });
    const entries: KafkaLogEntry[] = [];
    const transport = bench.open({ onLog: (entry) => entries.push(entry) });
    const reader = new Reader(transport, { group, topics: [topic] });
    await reader.hasDone(4);
    expect(texts(reader.done)).toEqual(numbers(10).slice(6));
    const fields = { group, topic, partition: 0, from: '2', to: '6' };
    const message = 'records have expired before they were read';
    expect(entries).toContainEqual({ level: 'warn', message, fields });
  });

  it('is read from its first record where it ends before', async () => {
    const [topic, group] = [await bench.topic(), bench.group()];
    await bench.open().append(numbered(topic, 10, 1));
    await bench.administer((admin) =>
      admin.setOffsets({ groupId: group, topic, partitions: [{ partition: 0, offset: '20' }] }),
    );
    const transport = bench.open();
    const reader = new Reader(transport, { group, topics: [topic] });
    await reader.hasDone(10);
    expect(texts(reader.done)).toEqual(numbers(10));
    await expect.poll(() => transport.lag(group, [topic])).toMatchObject([{ committed: 10n }]);
  });
});
