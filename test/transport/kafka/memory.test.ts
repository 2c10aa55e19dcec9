import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, it } from 'vitest';
import { pause, waitUntil } from '../../conformance/patience.js';
import { hold, Reader } from '../../conformance/transport/reader.js';
import { describeWithKafka } from '../../services/describe.js';
import { Bench } from './bench.js';

const PARTITIONS = 3;
const RECORDS = 2_400;
const RECORD_BYTES = 20_000;
const POLL_BYTES = 2 ** 20;
/** For each partition a poll, what is kept beside it, and the fetch that was under way when that was enough. */
const BOUND = PARTITIONS * (POLL_BYTES + 2 * 2 ** 20) * 1.5;

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

/** Bytes that are in use. A first collection frees buffers and goes on counting them; the next one begins by counting them out. */
function used(): number {
  if (typeof collectGarbage !== 'function') throw new Error('V8 does not let its garbage be collected');
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describeWithKafka('the memory of a consumer of Kafka', ({ brokers }) => {
  const bench = new Bench(brokers);
  afterEach(() => bench.close());

  it('does not grow with what is behind it while its polls are not acknowledged', {
    timeout: 60_000,
  }, async () => {
    const topic = await bench.topic(PARTITIONS);
    const transport = bench.open();
    const value = Buffer.alloc(RECORD_BYTES, 'x');
    const batch = Array.from({ length: 120 }, (_, i) => ({
      topic,
      partition: i % PARTITIONS,
      key: null,
      value,
    }));
    for (let sent = 0; sent < RECORDS; sent += batch.length) await transport.append(batch);

    const before = used();
    const options = { group: bench.group(), topics: [topic], maxRecords: RECORDS, maxBytes: POLL_BYTES };
    const reader = new Reader(transport, options, hold);
    await waitUntil('a poll of each partition is out', () => reader.polls.length === PARTITIONS);
    await pause(2_000);
    expect(reader.polls.length).toBe(PARTITIONS);
    expect(used() - before).toBeLessThan(BOUND);
    expect(BOUND).toBeLessThan((RECORDS * RECORD_BYTES) / 3);
  });
});
