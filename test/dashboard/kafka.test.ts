import { randomUUID } from 'node:crypto';
import { concatMap } from 'rxjs';
import { expect, it, onTestFinished } from 'vitest';
import type { Codec } from '../../src/codec/codec.js';
import { sentimentCodec, sentimentIndexCodec } from '../../src/codec/codecs.js';
import type { Followed } from '../../src/dashboard/sources.js';
import { createLogger } from '../../src/observe/logger.js';
import { decodePoll } from '../../src/topology/decode-poll.js';
import { openKafkaTransport } from '../../src/transport/kafka/transport.js';
import { settle, waitUntil } from '../conformance/patience.js';
import { scored } from '../conformance/view/samples.js';
import { describeWithKafka } from '../services/describe.js';
import { Connections } from '../transport/kafka/connections.js';
import { EventClient } from './event-source.js';
import { openDashboard } from './support.js';

const logger = createLogger('silent');
const [texts, rows] = [sentimentCodec('avro'), sentimentIndexCodec('avro')];

function followedIn<T>(topic: string, codec: Codec<T>): Followed<T> {
  return { topic, decode: (records) => decodePoll({ records }, codec, logger) };
}

describeWithKafka('the stream over Kafka', ({ brokers }) => {
  it('goes on behind any event, past the markers of transactions, over connections that stay', async () => {
    const log = openKafkaTransport({ clientId: 'moodtape-test', brokers, compression: 'lz4' });
    onTestFinished(() => log.close());
    const topic = (name: string) => `${name}-${randomUUID()}`;
    const [raw, dead] = [topic('raw'), topic('dead')];
    const followed = followedIn(topic('scored'), texts);
    const index = followedIn(topic('index'), rows);
    await log.ensureTopics([
      { name: raw, partitions: 1 },
      { name: followed.topic, partitions: 2 },
      { name: index.topic, partitions: 1 },
      { name: dead, partitions: 1 },
    ]);
    const { at, json } = await openDashboard({}, { log, scored: followed, index, deadLetters: dead });
    const first = await (await EventClient.open(at('/api/stream'))).ready();

    // Each text is written in a transaction of its own.
    const copying = log
      .consume({ group: topic('group'), topics: [raw], from: 'earliest', maxRecords: 1, maxBytes: 1e6 })
      .pipe(
        concatMap(async (poll) => {
          const transaction = await poll.begin();
          const values = poll.records.map(({ offset }) => texts.encode(scored(`t${offset}`, [])));
          await transaction.send(values.map((value) => ({ topic: followed.topic, key: null, value })));
          await transaction.commit();
        }),
      )
      .subscribe();
    onTestFinished(() => copying.unsubscribe());
    await log.append(Array.from({ length: 6 }, () => ({ topic: raw, key: null, value: Buffer.from('x') })));

    await waitUntil('all have come', () => first.texts.length >= 6);
    expect(first.texts.toSorted()).toEqual(['t0', 't1', 't2', 't3', 't4', 't5']);
    for (const [i, { id }] of first.events.entries()) {
      const client = await EventClient.open(at('/api/stream'), id);
      await waitUntil('the rest has come', () => client.texts.length >= 5 - i);
      expect(client.texts.toSorted()).toEqual(first.texts.slice(i + 1).toSorted());
      client.close();
    }
    expect(await json('/api/health')).toMatchObject({ status: 'ok' });

    // By now everybody who needs a connection has one.
    const connections = new Connections(brokers);
    for (let sent = 1; sent <= 5; sent++) {
      await log.append([{ topic: raw, key: null, value: Buffer.from('x') }]);
      await waitUntil('it has come', () => first.texts.length >= 6 + sent);
    }
    await settle();
    expect(connections.opened).toBe(0);
  });
});
