import { randomUUID } from 'node:crypto';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import type { KafkaOptions } from '../../../src/transport/kafka/transport.js';
import { openKafkaTransport } from '../../../src/transport/kafka/transport.js';
import type { Transport } from '../../../src/transport/transport.js';
import { waitUntil } from '../../conformance/patience.js';

/** What the tests against a broker work with; `close` it after each. */
export class Bench {
  readonly #opened: Transport[] = [];

  constructor(readonly brokers: readonly string[]) {}

  open(options: Partial<KafkaOptions> = {}): Transport {
    const transport = openKafkaTransport({
      clientId: 'moodtape-test',
      brokers: this.brokers,
      compression: 'none',
      sessionMs: 6_000,
      ...options,
    });
    this.#opened.push(transport);
    return transport;
  }

  /** A topic of its own for a test. */
  async topic(partitions = 1): Promise<string> {
    const name = `topic-${randomUUID()}`;
    await this.open().ensureTopics([{ name, partitions }]);
    return name;
  }

  /** Gives a topic more partitions; brokers learn of them a little later than the controller. */
  async extend(topic: string, count: number): Promise<void> {
    await this.administer(async (admin) => {
      await admin.createPartitions({ topicPartitions: [{ topic, count }] });
      await waitUntil('the brokers know of the partitions', async () => {
        const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
        return topics[0]?.partitions.length === count;
      });
    });
  }

  group(): string {
    return `group-${randomUUID()}`;
  }

  /** Kafka as another program sees it. */
  stranger(): Kafka {
    return new Kafka({ clientId: 'stranger', brokers: [...this.brokers], logLevel: logLevel.NOTHING });
  }

  async administer<T>(task: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.stranger().admin();
    await admin.connect();
    try {
      return await task(admin);
    } finally {
      await admin.disconnect();
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map((transport) => transport.close()));
  }
}
