import type { Cluster, KafkaMessage } from 'kafkajs';
import type { LogRecord } from '../transport.js';
import { type Client, createClient } from './client.js';
import { Connections } from './connections.js';
import type { KafkaOptions } from './options.js';
import { fromMessage } from './record.js';
import { type FetchedPartition, repairFetches } from './repairs/aborted-records.js';

/** Of all partitions of a fetch together; a single batch of records may be larger. */
const FETCH_BYTES = 2 ** 20;
const READ_COMMITTED = 1;

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

/** Fetches committed records outside any group. */
export class Fetcher {
  readonly #client: Client;
  readonly #connections: Connections;

  constructor(options: KafkaOptions) {
    this.#client = createClient(options);
    this.#connections = new Connections(this.#client);
    repairFetches(this.#cluster);
  }

  /** Learns who leads the partitions of topics. */
  connect(topics: readonly string[]): Promise<void> {
    return this.#connections.connect(topics);
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
    await this.#connections.close();
    this.#client.close();
  }

  get #cluster(): Cluster {
    return this.#connections.cluster;
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
