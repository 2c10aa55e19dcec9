import { randomBytes } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { rawCodec } from '../codec/codecs.js';
import { openKafkaTransport } from '../transport/kafka/transport.js';

/** Topics of one benchmark: raw texts, and what becomes of them. */
export interface BenchTopics {
  readonly brokers: readonly string[];
  readonly raw: string;
  readonly scored: string;
  readonly deadLetters: string;
  /** The name of a group that nobody has used. */
  readonly newGroup: () => string;
}

export const PARTITIONS = 3;
export const RAW_CODEC = rawCodec('news', 'json');
/** Texts that are appended at a time. */
const PORTION = 1000;

/** Gives `use` topics of its own with these texts in them, and deletes them and the groups in the end. */
export async function withTopics<T>(
  brokers: readonly string[],
  texts: readonly string[],
  use: (topics: BenchTopics) => Promise<T>,
): Promise<T> {
  const prefix = `moodtape-bench-${randomBytes(4).toString('hex')}`;
  const [raw, scored, deadLetters] = [`${prefix}.raw`, `${prefix}.scored`, `${prefix}.dead-letters`];
  const groups: string[] = [];
  const newGroup = () => {
    groups.push(`${prefix}.${groups.length}`);
    return groups.at(-1) ?? prefix;
  };
  const transport = openKafkaTransport({ clientId: 'moodtape-bench', brokers, compression: 'none' });
  try {
    await transport.ensureTopics([
      { name: raw, partitions: PARTITIONS },
      { name: scored, partitions: PARTITIONS },
      { name: deadLetters, partitions: 1 },
    ]);
    const records = texts.map((text, n) => ({
      topic: raw,
      partition: n % PARTITIONS,
      key: null,
      value: RAW_CODEC.encode({ id: String(n), text, publishedAt: 1_772_414_115 }),
    }));
    for (let start = 0; start < records.length; start += PORTION) {
      await transport.append(records.slice(start, start + PORTION));
    }
    return await use({ brokers, raw, scored, deadLetters, newGroup });
  } finally {
    await transport.close();
    await remove(brokers, [raw, scored, deadLetters], groups);
  }
}

async function remove(brokers: readonly string[], topics: string[], groups: string[]): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await admin.deleteGroups(groups);
    await admin.deleteTopics({ topics });
  } finally {
    await admin.disconnect();
  }
}
