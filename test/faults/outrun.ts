import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { DEAD_LETTERS, INDEX, SCORED } from '../../src/topology/topics.js';
import { startSecondKafka } from '../services/kafka.js';
import { lagOf, RAW } from './groups.js';
import type { Member } from './member.js';
import { readCommitted } from './read-committed.js';
import type { Result, Say } from './result.js';
import { Site } from './site.js';

export interface OutrunOptions {
  /** Records that lie in the log before the scorer starts. */
  readonly behind: number;
  /** How long the broker is away that has the scores. */
  readonly stoppedSeconds: number;
}

/** What a scorer may take in all, with the default model and its settings as they come. */
export const BOUND_MB = 768;
const PARTITIONS = 3;
const REQUEST = 10_000;
/** How long the scorer works before its sink goes, and after it is back. */
const WORK_SECONDS = 20;
const SAMPLE_MS = 500;
const [FIRST, SECOND] = [1, 2];

/**
 * A scorer has far more records behind it than it can score, on one broker, and writes to another one, which is away for a
 * while: it can read on and on, and nothing that it makes can leave. Its memory must stay within bounds.
 */
export async function outrun({ behind, stoppedSeconds }: OutrunOptions, say: Say): Promise<Result> {
  const site = await Site.open();
  let faults: string[] = ['the run was cut short'];
  try {
    await makeInternalTopics(site);
    const sink = await startSecondKafka(site.broker.address);
    try {
      await makeTopics(site);
      await produce(site, behind);
      say(`${behind} records lie in the log`);
      const scorer = site.start('live', 'scorer');
      const memory = new Memory(scorer);
      await site.until(async () =>
        (await site.admin.fetchOffsets({ groupId: 'moodtape', topics: [...RAW] })).some(({ partitions }) =>
          partitions.some(({ offset }) => Number(offset) > 0),
        ),
      );
      const atWork = await memory.during(WORK_SECONDS);
      const before = await lagOf(site.admin, 'moodtape', RAW);
      say('the broker of the scores goes');
      await sink.halt('SIGKILL');
      const without = await memory.during(stoppedSeconds);
      const during = await lagOf(site.admin, 'moodtape', RAW);
      await sink.resume();
      say('the broker of the scores is back');
      const back = await memory.during(WORK_SECONDS);
      await site.until(async () => (await lagOf(site.admin, 'moodtape', RAW)) < during);
      const peak = await memory.peak();
      const code = await scorer.stop('SIGTERM');

      const after = await lagOf(site.admin, 'moodtape', RAW);
      const records = await readCommitted(site.broker.address.brokers, [SCORED, DEAD_LETTERS]);
      const read = behind - after;
      faults = [
        ...(peak > BOUND_MB ? [`the scorer took ${peak} MB; the bound is ${BOUND_MB} MB`] : []),
        ...(records.length === read ? [] : [`${read} records are read, and ${records.length} came out`]),
        ...(code === 0 ? [] : [`the scorer ended with code ${code}`]),
      ];
      return {
        name: 'memory',
        folder: site.folder,
        faults,
        figures: {
          'records behind': behind,
          'of them unread when the sink stopped, and when it came back': `${before}, ${during}`,
          'sink away (s)': stoppedSeconds,
          'most resident memory at work (MB)': atWork,
          'most while the sink was away (MB)': without,
          'most after it was back (MB)': back,
          'peak, by the kernel (MB)': peak,
          'bound (MB)': BOUND_MB,
          'scored in all': records.length,
        },
      };
    } finally {
      await sink.stop();
    }
  } finally {
    await site.close(faults.length > 0);
  }
}

/** Kafka's own topics come to lie on the first broker, as long as it is the only one. */
async function makeInternalTopics({ kafka, admin, until }: Site): Promise<void> {
  const producer = kafka.producer({ transactionalId: 'first' });
  await producer.connect();
  await (await producer.transaction()).abort();
  await producer.disconnect();
  await until(async () => (await admin.fetchOffsets({ groupId: 'first' })).length === 0);
}

async function makeTopics({ admin }: Site): Promise<void> {
  const on = (topic: string, broker: number, partitions = PARTITIONS) => ({
    topic,
    replicaAssignment: Array.from({ length: partitions }, (_, partition) => ({
      partition,
      replicas: [broker],
    })),
  });
  const sources = RAW.map((topic) => on(topic, FIRST));
  await admin.createTopics({
    waitForLeaders: false,
    topics: [...sources, on(SCORED, SECOND), on(DEAD_LETTERS, FIRST, 1), on(INDEX, FIRST, 1)],
  });
}

async function produce({ kafka }: Site, count: number): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  const publishedAt = Date.now();
  for (let sent = 0; sent < count; ) {
    const [topic, size] = [RAW[(sent / REQUEST) % RAW.length] ?? RAW[0], Math.min(REQUEST, count - sent)];
    const messages = Array.from({ length: size }, (_, i) => ({
      partition: i % PARTITIONS,
      value: JSON.stringify({ id: `${sent + i}`, text: `第${sent + i}只涨停`, publishedAt }),
    }));
    await producer.send({ topic, messages });
    sent += size;
  }
  await producer.disconnect();
}

/** The resident memory of a process, in MB. */
class Memory {
  constructor(private readonly process: Member) {}

  /** The most that is seen in the next seconds. */
  async during(seconds: number): Promise<number> {
    let most = 0;
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await setTimeout(SAMPLE_MS)) {
      most = Math.max(most, await this.#read('VmRSS'));
    }
    return most;
  }

  /** The most that there ever was. */
  peak(): Promise<number> {
    return this.#read('VmHWM');
  }

  async #read(name: string): Promise<number> {
    const status = await readFile(`/proc/${this.process.pid}/status`, 'utf8');
    const kilobytes = RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1];
    if (kilobytes === undefined) throw new Error(`Linux does not tell ${name} of the scorer`);
    return Math.round((Number(kilobytes) * 1024) / 1e6);
  }
}
