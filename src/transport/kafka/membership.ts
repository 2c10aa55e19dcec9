import type { Cluster, Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { ConsumeOptions } from '../transport.js';
import type { Client } from './client.js';
import { withConnections } from './connections.js';
import { repairFetches } from './repairs/aborted-records.js';

/** Heartbeats within the session of a member, at least. */
const HEARTBEATS = 4;
const HEARTBEAT_MS = 1_000;
/** Milliseconds that a group waits for its members to join again. */
const REBALANCE_MS = 30_000;
/** Milliseconds for which a broker keeps a fetch that finds nothing; a partition that is resumed may wait as long. */
const FETCH_WAIT_MS = 50;
const PARTITION_FETCH_BYTES = 2 ** 20;
const FETCH_BYTES = 4 * 2 ** 20;
/** All that one fetch has brought is handed over at once. */
const CONCURRENCY = 256;
/** Milliseconds without a sign of kafkajs: more than all its timeouts together. */
const SILENCE_MS = 120_000;
/** What kafkajs gives up after these attempts is begun anew, with another consumer. */
const RETRY = {
  initialRetryTime: 100,
  maxRetryTime: 2_000,
  retries: 30,
  restartOnFailure: async () => false,
};

export interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** Steers the fetching of one partition. */
export interface Fetching {
  seek(offset: bigint): void;
  pause(): void;
  resume(): void;
}

export interface MembershipHandlers {
  /** Awaited before each joining; until then the group waits, and the partitions stay where they are. */
  joining(): Promise<void>;
  joined(memberId: string, assigned: readonly Place[]): void;
  heartbeat(): void;
  /** False when the messages are not those that the partition waits for; they are fetched again then. */
  fetched(place: Place, messages: readonly KafkaMessage[], end: bigint): boolean;
  /** From `first` up to `end` there was nothing that is to be shown. */
  passed(place: Place, first: bigint, end: bigint): void;
}

/** A consumer of kafkajs in its group, until it crashes or is stopped. */
export class Membership {
  readonly #consumer: Consumer;
  readonly #ended = new AbortController();
  #started: Promise<void> | undefined;
  #heartbeat: EachBatchPayload['heartbeat'] | undefined;
  #lastSign = Date.now();
  /** Before and after, kafkajs throws when it is steered. */
  #steerable = false;

  constructor(
    private readonly client: Client,
    private readonly options: Pick<ConsumeOptions, 'group' | 'topics'>,
    sessionMs: number,
    private readonly handlers: MembershipHandlers,
  ) {
    this.#consumer = client.consumer({
      groupId: options.group,
      sessionTimeout: sessionMs,
      heartbeatInterval: Math.min(HEARTBEAT_MS, sessionMs / HEARTBEATS),
      rebalanceTimeout: REBALANCE_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      maxBytesPerPartition: PARTITION_FETCH_BYTES,
      maxBytes: FETCH_BYTES,
      allowAutoTopicCreation: false,
      retry: RETRY,
      partitionAssigners: [withConnections((cluster) => this.#attend(cluster))],
    });
  }

  /** Resolves when the consumer has crashed, to the reason, or was stopped. */
  run(): Promise<unknown> {
    return new Promise((resolve) => {
      const watch = setInterval(() => {
        if (Date.now() - this.#lastSign < SILENCE_MS) return;
        this.#ended.abort(new Error('kafkajs has fallen silent'));
      }, SILENCE_MS / 10);
      this.#ended.signal.addEventListener('abort', () => {
        clearInterval(watch);
        resolve(this.#ended.signal.reason);
      });
      this.#listen();
      this.#started = this.#start();
      this.#started.catch((error: unknown) => this.#ended.abort(error));
    });
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    // Stopped while it starts, kafkajs would go on consuming.
    await this.#started?.catch(() => undefined);
    await this.#consumer.disconnect().catch(() => undefined);
    this.client.close();
  }

  /** Says that this member lives, while it does not fetch. */
  async heartbeat(): Promise<void> {
    await this.#heartbeat?.().catch(() => undefined);
  }

  fetching({ topic, partition }: Place): Fetching {
    const places = [{ topic, partitions: [partition] }];
    let paused = false;
    const pauseOrResume = (act: 'pause' | 'resume') => {
      if (this.#steerable && paused !== (act === 'pause')) this.#consumer[act](places);
      paused = act === 'pause';
    };
    return {
      seek: (offset) => {
        if (this.#steerable) this.#consumer.seek({ topic, partition, offset: String(offset) });
      },
      pause: () => pauseOrResume('pause'),
      resume: () => pauseOrResume('resume'),
    };
  }

  async #start(): Promise<void> {
    await this.#consumer.connect();
    // Where to start is found elsewhere; this is where kafkajs goes when retention has overtaken it.
    await this.#consumer.subscribe({ topics: [...this.options.topics], fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: CONCURRENCY,
      eachBatch: async (payload) => this.#take(payload),
    });
  }

  #take({ batch, isStale, resolveOffset, heartbeat }: EachBatchPayload): void {
    this.#heartbeat = heartbeat;
    const last = batch.lastOffset();
    if (isStale() || !this.handlers.fetched(batch, batch.messages, BigInt(last) + 1n)) return;
    resolveOffset(last);
  }

  #listen(): void {
    const { events } = this.#consumer;
    const sign = () => {
      this.#lastSign = Date.now();
    };
    this.#consumer.on(events.FETCH_START, sign);
    this.#consumer.on(events.HEARTBEAT, () => {
      sign();
      this.handlers.heartbeat();
    });
    this.#consumer.on(events.GROUP_JOIN, ({ payload: { memberId, memberAssignment } }) => {
      sign();
      this.#steerable = true;
      const places = Object.entries(memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ topic, partition })),
      );
      this.handlers.joined(memberId, places);
    });
    this.#consumer.on(events.START_BATCH_PROCESS, ({ payload }) => {
      // Such a batch is not shown to `eachBatch`. It has no first offset where all of it was compacted away.
      if (payload.batchSize > 0 || payload.firstOffset === null) return;
      this.handlers.passed(payload, BigInt(payload.firstOffset), BigInt(payload.lastOffset) + 1n);
    });
    this.#consumer.on(events.STOP, () => {
      this.#steerable = false;
    });
    this.#consumer.on(events.CRASH, ({ payload }) => this.#ended.abort(payload.error));
  }

  #attend(cluster: Cluster): void {
    repairFetches(cluster);
    const findGroupCoordinator = cluster.findGroupCoordinator.bind(cluster);
    // The first thing that kafkajs does to join, and nothing else does it on these connections.
    cluster.findGroupCoordinator = async (group) => {
      this.#lastSign = Date.now();
      await this.handlers.joining();
      return findGroupCoordinator(group);
    };
  }
}
