import type { Cluster, Consumer, Kafka, KafkaMessage } from 'kafkajs';
import type { LogRecord, Stretch } from '../transport.js';
import { type Client, createClient } from './client.js';
import { withConnections } from './connections.js';
import { isRefused, transportError } from './errors.js';
import type { Offsets } from './offsets.js';
import type { KafkaOptions } from './options.js';
import { fromMessage } from './record.js';
import { type FetchedPartition, type FetchResponse, repairFetches } from './repairs/aborted-records.js';
import { rest } from './rest.js';

const FETCH_BYTES = 2 ** 20;
const FETCH_WAIT_MS = 100;
const READ_COMMITTED = 1;
/** About half a minute. */
const ATTEMPTS = 10;

/** Reads parts of partitions outside any group; once. */
export class StretchReader {
  readonly #client: Client;
  readonly #consumer: Consumer;
  readonly #cluster: Cluster;

  constructor(
    private readonly options: KafkaOptions,
    private readonly offsets: Offsets,
  ) {
    this.#client = createClient(options);
    [this.#consumer, this.#cluster] = connectionsOf(this.#client);
  }

  async *read(stretches: readonly Stretch[]): AsyncGenerator<readonly LogRecord[]> {
    try {
      for (const stretch of stretches) yield* this.#readOne(stretch);
    } finally {
      await this.#consumer.disconnect().catch(() => undefined);
      this.#client.close();
    }
  }

  async *#readOne({ topic, partition, from, until }: Stretch): AsyncGenerator<readonly LogRecord[]> {
    const { low, high } = await this.offsets.boundsOf(topic, partition);
    const end = until < high ? until : high;
    for (let offset = from < low ? low : from; offset < end; ) {
      const { messages } = await this.#fetch(topic, partition, offset);
      const records = messages
        .filter(({ isControlRecord }) => !isControlRecord)
        .map((message) => fromMessage(topic, partition, message))
        .filter((record) => record.offset >= offset && record.offset < end);
      if (records.length > 0) yield records;
      const last = messages.at(-1);
      if (last !== undefined) offset = BigInt(last.offset) + 1n;
    }
  }

  async #fetch(topic: string, partition: number, offset: bigint): Promise<FetchedPartition<KafkaMessage>> {
    const nobody = new AbortController().signal;
    for (let failed = 1; ; failed++) {
      try {
        return await this.#fetchOnce(topic, partition, offset);
      } catch (error) {
        if (failed === ATTEMPTS || isRefused(error)) {
          throw transportError(error, `read ${topic}/${partition}`, this.options.brokers);
        }
      }
      await rest(failed, nobody);
      await this.#cluster.refreshMetadata().catch(() => undefined);
    }
  }

  async #fetchOnce(
    topic: string,
    partition: number,
    offset: bigint,
  ): Promise<FetchedPartition<KafkaMessage>> {
    await this.#consumer.connect();
    await this.#cluster.addMultipleTargetTopics([topic]);
    const [nodeId = ''] = Object.keys(this.#cluster.findLeaderForPartitions(topic, [partition]));
    const broker = await this.#cluster.findBroker({ nodeId });
    const response: FetchResponse<KafkaMessage> = await broker.fetch({
      maxWaitTime: FETCH_WAIT_MS,
      maxBytes: FETCH_BYTES,
      isolationLevel: READ_COMMITTED,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes: FETCH_BYTES }] }],
    });
    const [fetched] = response.responses.flatMap(({ partitions }) => partitions);
    if (fetched === undefined) throw new Error('Kafka has not answered what it was asked');
    return fetched;
  }
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
