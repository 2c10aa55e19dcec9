import type { Producer } from 'kafkajs';
import { Partitioners } from 'kafkajs';
import { afterEach, expect, it } from 'vitest';
import type { LogRecord } from '../../../src/transport/transport.js';
import { settle, waitUntil } from '../../conformance/patience.js';
import { hold, numbered, Reader, texts } from '../../conformance/transport/reader.js';
import { describeWithKafka } from '../../services/describe.js';
import { Bench } from './bench.js';

describeWithKafka('transactions of others on Kafka', ({ brokers }) => {
  const bench = new Bench(brokers);
  const producers: Producer[] = [];
  afterEach(async () => {
    await bench.close();
    await Promise.all(producers.splice(0).map((producer) => producer.disconnect()));
  });

  async function transaction(topic: string, ...values: string[]) {
    const producer = bench.stranger().producer({
      transactionalId: bench.group(),
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    producers.push(producer);
    await producer.connect();
    const begun = await producer.transaction();
    await begun.send({ topic, messages: values.map((value) => ({ value })) });
    return begun;
  }

  it('show nothing of what was aborted, in whatever order they ended, and leave no lag', async () => {
    const [topic, group] = [await bench.topic(), bench.group()];
    const first = await transaction(topic, 'first, aborted');
    const second = await transaction(topic, 'second, aborted');
    const third = await transaction(topic, 'third');
    await second.abort();
    await first.abort();
    await third.commit();
    const fourth = await transaction(topic, 'fourth, aborted');
    await fourth.abort();

    const transport = bench.open();
    const reader = new Reader(transport, { group, topics: [topic] });
    await reader.hasDone(1);
    await waitUntil('there is no lag', async () =>
      (await transport.lag(group, [topic])).every(({ committed, end }) => committed === end),
    );
    await settle();
    expect(texts(reader.done)).toEqual(['third']);
    expect(reader.errors).toEqual([]);
  });

  it('are all passed over where nothing was committed', async () => {
    const [topic, group] = [await bench.topic(), bench.group()];
    await (await transaction(topic, 'aborted')).abort();
    const transport = bench.open();
    const reader = new Reader(transport, { group, topics: [topic] });
    await waitUntil('there is no lag', async () =>
      (await transport.lag(group, [topic])).every(({ committed, end }) => committed === end),
    );
    await transport.append(numbered(topic, 1));
    await reader.hasDone(1);
    expect(texts(reader.done)).toEqual(['0']);
  });

  it('count as written before they are decided, and are waited for by who reads up to there', async () => {
    const [topic, group] = [await bench.topic(), bench.group()];
    const transport = bench.open();
    await transport.append(numbered(topic, 2));
    const open = await transaction(topic, 'late');
    const [lag] = await transport.lag(group, [topic]);
    expect(lag).toMatchObject({ committed: 0n, end: 3n });
    const read: LogRecord[] = [];
    const reading = (async () => {
      for await (const records of transport.read([{ topic, partition: 0, from: 0n, until: 3n }]))
        read.push(...records);
    })();
    await waitUntil('what is decided has been read', async () => read.length === 2);
    await settle();
    await open.commit();
    await reading;
    expect(texts(read)).toEqual(['0', '1', 'late']);
  });

  it('do not keep a group from being where it started at the latest record', async () => {
    const [topic, group] = [await bench.topic(), bench.group()];
    const transport = bench.open();
    await transport.append(numbered(topic, 3));
    const reader = new Reader(transport, { group, topics: [topic], from: 'latest' }, hold);
    await waitUntil('the group has an offset', async () =>
      (await transport.lag(group, [topic])).every(({ committed }) => committed === 3n),
    );
    await transport.append(numbered(topic, 1));
    await reader.firstPoll();
    reader.stop();
    const next = new Reader(bench.open(), { group, topics: [topic], from: 'latest' });
    await next.hasDone(1);
    expect(next.done.map(({ offset }) => offset)).toEqual([3n]);
  });
});
