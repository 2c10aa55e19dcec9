import { afterAll, beforeAll, expect, it } from 'vitest';
import { pause, settle } from '../../conformance/patience.js';
import { all, Follower } from '../../conformance/transport/follower.js';
import { copyTo, numbered, numbers, Reader, sorted, texts } from '../../conformance/transport/reader.js';
import { describeWithOwnKafka } from '../../services/describe.js';
import { type KafkaAddress, startKafka } from '../../services/kafka.js';
import type { LocalServer } from '../../services/local-server.js';
import { Bench } from './bench.js';

const RECORDS = 6_000;

describeWithOwnKafka('the log on a Kafka that stops', () => {
  let kafka: LocalServer<KafkaAddress>;
  let bench: Bench;
  beforeAll(async () => {
    kafka = await startKafka();
    bench = new Bench(kafka.address.brokers);
  });
  afterAll(async () => {
    await bench.close();
    await kafka.stop();
  });

  it('goes on when it is back, with every record once', { timeout: 180_000 }, async () => {
    const [input, output, group] = [await bench.topic(24), await bench.topic(1), bench.group()];
    const feed = bench.open();
    await feed.append(numbered(input, RECORDS, 500));
    const copy = copyTo(output);
    const options = { group, topics: [input], maxRecords: 2 };
    const workers = [bench.open(), bench.open()].map((transport) => new Reader(transport, options, copy));
    const watcher = new Reader(bench.open(), { group: bench.group(), topics: [output] });
    const follower = new Follower(bench.open(), all(output));
    const wait = async (count: number) => {
      while (watcher.done.length < count) await pause(50);
    };
    await wait(RECORDS / 20);
    await kafka.halt('SIGKILL');
    await kafka.resume();
    await wait(watcher.done.length + RECORDS / 20);
    await kafka.halt('SIGTERM');
    await kafka.resume();
    await wait(RECORDS);
    await follower.has(RECORDS);
    await settle();
    for (const records of [watcher.done, follower.records]) {
      expect(sorted(texts(records))).toEqual(numbers(RECORDS));
    }
    expect(follower.errors).toEqual([]);
    // A commit is refused where the group has done without its consumer meanwhile; never for another reason.
    for (const error of [watcher, ...workers].flatMap(({ errors }) => errors))
      expect(error).toMatchObject({ code: 'MT_FENCED' });
  });
});
