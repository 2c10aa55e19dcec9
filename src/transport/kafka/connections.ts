import { type Cluster, type Consumer, type PartitionAssigner, PartitionAssigners } from 'kafkajs';
import { atMost } from './at-most.js';
import type { Client } from './client.js';

/** Milliseconds for which brokers that do not answer can hold up the end. */
const LEAVE_MS = 2_000;

/**
 * Connections to the brokers outside any group, so that the brokers are left with nothing to remember. They connect when they are
 * first used, and again when they were lost.
 */
export class Connections {
  readonly cluster: Cluster;
  readonly #consumer: Consumer;

  constructor(client: Client) {
    const clusters: Cluster[] = [];
    this.#consumer = client.consumer({
      groupId: 'moodtape.none',
      allowAutoTopicCreation: false,
      // So that what is learnt is what there is.
      metadataMaxAge: 0,
      // So that a partition ends behind all that was written, decided or not; each fetch says for itself what it is to be shown.
      readUncommitted: true,
      partitionAssigners: [withConnections((cluster) => clusters.push(cluster))],
    });
    const [cluster] = clusters;
    if (cluster === undefined) throw new Error('kafkajs does not show its connections');
    this.cluster = cluster;
  }

  /** Learns which partitions topics have, and who leads them. */
  async connect(topics: readonly string[]): Promise<void> {
    await this.#consumer.connect();
    await this.cluster.addMultipleTargetTopics([...topics]);
    await this.cluster.refreshMetadataIfNecessary();
  }

  async close(): Promise<void> {
    await atMost(
      LEAVE_MS,
      this.#consumer.disconnect().catch(() => undefined),
    );
  }
}

/** kafkajs shows the connections of a consumer only to what assigns its partitions; to have them it need not join a group. */
export function withConnections(attend: (cluster: Cluster) => void): PartitionAssigner {
  return (config) => {
    attend(config.cluster);
    return PartitionAssigners.roundRobin(config);
  };
}
