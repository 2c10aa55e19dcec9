import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Poll } from '../../../src/transport/transport.js';
import { pause, settle, waitUntil } from '../../conformance/patience.js';
import { numbered, numbers, Reader, sorted, texts } from '../../conformance/transport/reader.js';
import { describeWithOwnKafka } from '../../services/describe.js';
import { type KafkaAddress, startKafka, startSecondKafka } from '../../services/kafka.js';
import type { LocalServer } from '../../services/local-server.js';
import { Bench } from './bench.js';

const [FIRST, SECOND] = [1, 2];
const PARTITIONS = 12;
const POLLS = 240;
/** Records of a poll: each goes to both outputs, spread over their partitions. */
const RECORDS = 40;

describeWithOwnKafka('transactions that go to two brokers', () => {
  const servers: LocalServer<KafkaAddress>[] = [];
  let bench: Bench;
  beforeAll(async () => {
    const first = await startKafka();
    servers.push(first);
    servers.push(await startSecondKafka(first.address));
    bench = new Bench(servers.flatMap(({ address }) => address.brokers));
  });
  afterAll(async () => {
    await bench?.close();
    await Promise.all(servers.map((server) => server.stop()));
  });

  /** A topic whose partitions are led by both brokers in turn. */
  async function topic(copies: 1 | 2): Promise<string> {
    const name = bench.group();
    const assignment = Array.from({ length: PARTITIONS }, (_, partition) => {
      const [leader, other] = partition % 2 === 0 ? [FIRST, SECOND] : [SECOND, FIRST];
      return { partition, replicas: copies === 1 ? [leader] : [leader, other] };
    });
    await bench.administer((admin) =>
      admin.createTopics({ waitForLeaders: false, topics: [{ topic: name, replicaAssignment: assignment }] }),
    );
    await bench.open().ensureTopics([{ name, partitions: PARTITIONS }]);
    return name;
  }

  /** Lets one broker lead the odd partitions of a topic without copies. */
  async function move(name: string, leader: number): Promise<void> {
    const odd = Array.from({ length: PARTITIONS / 2 }, (_, i) => 2 * i + 1);
    await bench.administer(async (admin) => {
      const partitionAssignment = odd.map((partition) => ({ partition, replicas: [leader] }));
      await admin.alterPartitionReassignments({ topics: [{ topic: name, partitionAssignment }] });
      await waitUntil('it leads them', async () => {
        const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
        const leaders = new Map(topics[0]?.partitions.map((one) => [one.partitionId, one.leader]));
        return odd.every((partition) => leaders.get(partition) === leader);
      });
    });
  }

  it('write everything once, also while partitions move', { timeout: 240_000 }, async () => {
    const [input, group] = [await bench.topic(1), bench.group()];
    const [moving, copied] = [await topic(1), await topic(2)];
    const transport = bench.open();
    await transport.append(numbered(input, POLLS * RECORDS));
    let polls = 0;
    const copy = async (poll: Poll) => {
      if (++polls % 20 === 10) await move(moving, polls % 40 === 10 ? FIRST : SECOND);
      const transaction = await poll.begin();
      for (const output of [moving, copied]) {
        await transaction.send(poll.records.map(({ value }) => ({ topic: output, key: value, value })));
      }
      await transaction.commit();
      return true;
    };
    const reader = new Reader(transport, { group, topics: [input], maxRecords: RECORDS }, copy);
    while (reader.done.length < POLLS * RECORDS && reader.errors.length === 0) await pause(50);
    expect(reader.errors).toEqual([]);
    for (const output of [moving, copied]) {
      const watcher = new Reader(bench.open(), { group: bench.group(), topics: [output] });
      await watcher.hasDone(POLLS * RECORDS);
      await settle();
      expect(sorted(texts(watcher.done))).toEqual(numbers(POLLS * RECORDS));
    }
  });
});
