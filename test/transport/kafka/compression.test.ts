import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import type { KafkaOptions } from '../../../src/transport/kafka/transport.js';
import { Reader } from '../../conformance/transport/reader.js';
import { describeWithKafka } from '../../services/describe.js';
import { Bench } from './bench.js';

type Compression = KafkaOptions['compression'];

const KINDS = ['gzip', 'snappy', 'lz4', 'zstd'] as const;
/** Empty, small, and beyond the blocks of each kind, with and without something to compress. */
const VALUES = [
  Buffer.alloc(0),
  Buffer.from('沪指跌破三千点'),
  randomBytes(150_000),
  Buffer.alloc(300_000, '利好'),
];

describeWithKafka('compression on Kafka', ({ brokers }) => {
  const bench = new Bench(brokers);
  afterEach(() => bench.close());

  /** Writes in one way to a broker that keeps records in another, so that it has to read and write them itself. */
  async function carry(written: Compression, kept: string): Promise<void> {
    const topic = `compression-${randomUUID()}`;
    await bench.administer((admin) =>
      admin.createTopics({
        waitForLeaders: false,
        topics: [{ topic, numPartitions: 1, configEntries: [{ name: 'compression.type', value: kept }] }],
      }),
    );
    const transport = bench.open({ compression: written });
    // Waits until the brokers know of it.
    await transport.ensureTopics([{ name: topic, partitions: 1 }]);
    await transport.append(VALUES.map((value) => ({ topic, key: null, value })));
    const reader = new Reader(transport, { group: bench.group(), topics: [topic] });
    await reader.hasDone(VALUES.length);
    const read = reader.done.map(({ value }) => value && Buffer.from(value));
    expect(read.every((value, i) => VALUES[i]?.equals(value ?? Buffer.from('nothing')))).toBe(true);
    expect(read.length).toBe(VALUES.length);
  }

  it.each(KINDS)('%s, as moodtape writes it, is read by Kafka', (kind) => carry(kind, 'uncompressed'));
  it.each(KINDS)('%s, as Kafka writes it, is read by moodtape', (kind) => carry('none', kind));
  it.each(KINDS)('%s, as moodtape writes it, is read by moodtape', (kind) => carry(kind, 'producer'));
});
