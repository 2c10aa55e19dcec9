import { MoodtapeError } from '../../errors.js';
import type { TopicSpec } from '../transport.js';
import type { Administration } from './administration.js';
import { answerOf } from './errors.js';
import { rest } from './rest.js';

/** Milliseconds that the partitions of a topic are taken to be the same. */
const MAX_AGE_MS = 60_000;

/**
 * Beyond the default of one MiB, and beyond that of any topic that moodtape did not create: a dead letter is its record and
 * some headers.
 */
const MAX_MESSAGE_BYTES = 4 * 2 ** 20;

interface Known {
  readonly partitions: Promise<number>;
  readonly until: number;
}

/** The topics of the cluster: which partitions they have, and how new ones are created. */
export class Topics {
  readonly #known = new Map<string, Known>();

  constructor(
    private readonly administration: Administration,
    private readonly replication: number | undefined,
  ) {}

  /**
   * How many partitions a topic has; asks again where `partition` is none of those that are known.
   *
   * @throws MoodtapeError MT_TRANSPORT when it does not exist.
   */
  async partitionsOf(topic: string, partition = 0): Promise<number> {
    const known = this.#known.get(topic);
    if (known !== undefined && Date.now() < known.until && partition < (await known.partitions)) {
      return known.partitions;
    }
    const partitions = this.#ask(topic);
    this.#known.set(topic, { partitions, until: Date.now() + MAX_AGE_MS });
    partitions.catch(() => this.#known.delete(topic));
    return partitions;
  }

  async ensure(specs: readonly TopicSpec[]): Promise<void> {
    await this.administration.ask('create topics', async (admin) => {
      const existing = new Set(await admin.listTopics());
      const missing = specs.filter(({ name }) => !existing.has(name));
      if (missing.length === 0) return;
      await admin.createTopics({
        // kafkajs fails when the broker that it asks has not heard of a new topic yet.
        waitForLeaders: false,
        topics: missing.map(({ name, partitions, retentionMs }) => ({
          topic: name,
          numPartitions: partitions,
          replicationFactor: this.replication ?? -1,
          configEntries: [
            { name: 'retention.ms', value: String(retentionMs ?? -1) },
            { name: 'max.message.bytes', value: String(MAX_MESSAGE_BYTES) },
          ],
        })),
      });
    });
    await this.#appear(specs.map(({ name }) => name));
  }

  /** The controller has created the topics; the brokers learn of it a little later. */
  async #appear(names: readonly string[]): Promise<void> {
    for (let failed = 0; ; failed++) {
      const known = await this.administration.ask('find new topics', (admin) => admin.listTopics());
      if (names.every((name) => known.includes(name))) return;
      await rest(failed, new AbortController().signal);
    }
  }

  #ask(topic: string): Promise<number> {
    return this.administration.ask(`find the topic ${topic}`, async (admin) => {
      try {
        const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
        return topics.flatMap(({ partitions }) => partitions).length;
      } catch (error) {
        if (answerOf(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
        throw new MoodtapeError('MT_TRANSPORT', `there is no topic ${topic}`, {
          remedy: 'create it, or correct its name',
        });
      }
    });
  }
}
