import type { Cluster, Consumer, Kafka, KafkaMessage } from 'kafkajs';
import type { LogRecord } from '../transport.js';
import { atMost } from './at-most.js';
import { type Client, createClient } from './client.js';
import { withConnections } from './connections.js';
import type { KafkaOptions } from './options.js';
import { fromMessage } from './record.js';
import { type FetchedPartition, repairFetches } from './repairs/aborted-records.js';

/** Of all partitions of a fetch together; a single batch of records may be larger. */
const FETCH_BYTES = 2 ** 20;
const READ_COMMITTED = 1;
/** Milliseconds for which brokers that do not answer can hold up the end. */
const LEAVE_MS = 2_000;

/** A place in the log. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** What was found at a place: committed records, in their order, and the offset behind all that was looked at. */
export interface Fetched extends Place {
  readonly records: readonly LogRecord[];
  readonly nextOffset: bigint;
}

interface Response {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly (FetchedPartition<KafkaMessage> & { readonly partition: number })[];
  }[];
}

/**
 * Connections to the brokers to fetch over, outside any group, so that the brokers are left with nothing to remember. They connect
 * when they are first used, and again when they were lost.
 */
export class Fetcher {
  readonly #client: Client;
  readonly #consumer: Consumer;
  readonly #cluster: Cluster;

  constructor(options: KafkaOptions) {
    this.#client = createClient(options);
    [this.#consumer, this.#cluster] = connectionsOf(this.#client);
  }

  /** Learns who leads the partitions of topics. */
  async connect(topics: readonly string[]): Promise<void> {
    await this.#consumer.connect();
    await this.#cluster.addMultipleTargetTopics([...topics]);
  }

  /** Learns it anew. */
  refresh(): Promise<void> {
    return this.#cluster.refreshMetadata();
  }

  /** The partitions of a topic and the brokers that lead them, as they were when that was learnt. */
  leaders(topic: string): { readonly partition: number; readonly broker: string }[] {
    return this.#cluster
      .findTopicPartitionMetadata(topic)
      .map(({ partitionId, leader }) => ({ partition: partitionId, broker: String(leader) }));
  }

  /** What is at places whose partitions the broker leads. It waits for `waitMs` where all have nothing. */
  async fetch(nodeId: string, places: readonly Place[], waitMs: number): Promise<Fetched[]> {
    const broker = await this.#cluster.findBroker({ nodeId });
    const { responses }: Response = await broker.fetch({
      maxWaitTime: waitMs,
      maxBytes: FETCH_BYTES,
      isolationLevel: READ_COMMITTED,
      topics: places.map(({ topic, partition, offset }) => ({
        topic,
        partitions: [{ partition, fetchOffset: String(offset), maxBytes: FETCH_BYTES }],
      })),
    });
    const found = responses.flatMap(({ topicName, partitions }) =>
      partitions.map(({ partition, messages }) => ({ topic: topicName, partition, messages })),
    );
    return places.map((place) => {
      const { topic, partition } = place;
      const one = found.find((other) => other.topic === topic && other.partition === partition);
      if (one === undefined) throw new Error('Kafka has not answered what it was asked');
      return fetchedAt(place, one.messages);
    });
  }

  async close(): Promise<void> {
    await atMost(
      LEAVE_MS,
      this.#consumer.disconnect().catch(() => undefined),
    );
    this.#client.close();
  }
}

/** Batches come whole, also with what lies before the place. */
function fetchedAt(place: Place, messages: FetchedPartition<KafkaMessage>['messages']): Fetched {
  const { topic, partition, offset } = place;
  const records = messages
    .filter(({ isControlRecord }) => !isControlRecord)
    .map((message) => fromMessage(topic, partition, message))
    .filter((record) => record.offset >= offset);
  const last = messages.at(-1);
  return { ...place, records, nextOffset: last === undefined ? offset : BigInt(last.offset) + 1n };
}

/** kafkajs reads in groups only, but the connections of a consumer are to be had without joining one. */
function connectionsOf(client: Kafka): [Consumer, Cluster] {
  const clusters: Cluster[] = [];
  const consumer = client.consumer({
    groupId: 'moodtape.none',
    allowAutoTopicCreation: false,
    partitionAssigners: [withConnections((cluster) => clusters.push(cluster))],
  });
  const [cluster] = clusters;
  if (cluster === undefined) throw new Error('kafkajs does not show its connections');
  repairFetches(cluster);
  return [consumer, cluster];
}
