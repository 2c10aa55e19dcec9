import { afterEach, expect, it } from 'vitest';
import type { Poll } from '../../../src/transport/transport.js';
import { pause, settle, waitUntil } from '../../conformance/patience.js';
import {
  copyTo,
  hold,
  numbered,
  numbers,
  Reader,
  sorted,
  texts,
} from '../../conformance/transport/reader.js';
import { describeWithKafka } from '../../services/describe.js';
import { Bench } from './bench.js';

describeWithKafka('a group on Kafka', ({ brokers }) => {
  const bench = new Bench(brokers);
  afterEach(() => bench.close());

  it('loses no work when members come and go while polls are out', { timeout: 90_000 }, async () => {
    const [input, output, group] = [await bench.topic(6), await bench.topic(1), bench.group()];
    const copy = copyTo(output);
    const members: Reader[] = [];
    // There must be something left when the others have joined.
    const slowly = async (poll: Poll) => {
      await pause(members.every(({ done }) => done.length > 0) ? 100 : 1_000);
      return copy(poll);
    };
    const options = { group, topics: [input], maxRecords: 20 };
    const feed = bench.open();
    await feed.append(numbered(input, 900, 60));
    members.push(new Reader(bench.open(), options, slowly));
    await waitUntil('the first reads', () => (members[0]?.done.length ?? 0) > 0);
    const leaver = bench.open();
    members.push(new Reader(leaver, options, slowly));
    members.push(new Reader(bench.open(), options, slowly));
    await waitUntil('the others read', () => members.every(({ done }) => done.length > 0));
    expect(members.flatMap(({ errors }) => errors)).toEqual([]);
    await leaver.close();

    const watcher = new Reader(feed, { group: bench.group(), topics: [output] });
    await watcher.hasDone(900);
    await settle();
    expect(sorted(texts(watcher.done))).toEqual(numbers(900));
  });

  it('gives a partition to another when a poll is out for too long, and refuses its commit', async () => {
    const [input, output, group] = [await bench.topic(2), await bench.topic(1), bench.group()];
    const feed = bench.open();
    await feed.append(
      [0, 1].map((partition) => ({ topic: input, partition, key: null, value: Buffer.from('x') })),
    );
    const stuck = new Reader(bench.open(), { group, topics: [input] }, hold);
    await waitUntil('both polls are out', () => stuck.polls.length === 2);
    const heir = new Reader(bench.open(), { group, topics: [input] }, copyTo(output));
    await heir.hasDone(1);
    const moved = heir.done[0]?.partition;
    const begin = (poll: Poll | undefined) => poll?.begin().then((transaction) => transaction.commit());
    await expect(begin(stuck.polls.find(({ partition }) => partition === moved))).rejects.toMatchObject({
      code: 'MT_FENCED',
    });
    await begin(stuck.polls.find(({ partition }) => partition !== moved));
    // A broker answers a commit before its markers are written.
    await waitUntil('both are committed', async () => {
      const lag = await feed.lag(group, [input]);
      return lag.every(({ committed }) => committed >= 1n);
    });
  });
});
