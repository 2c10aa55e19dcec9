import kafkajs from 'kafkajs';
import { firstValueFrom, race, Subject, type Subscriber, timer } from 'rxjs';
import { messageOf } from '../../errors.js';
import type { ConsumeOptions, Poll } from '../transport.js';
import { atMost } from './at-most.js';
import { Claim } from './claim.js';
import { createClient } from './client.js';
import { isRefused, transportError } from './errors.js';
import { Membership, type Place } from './membership.js';
import type { PartitionLog } from './options.js';
import { Partition } from './partition.js';
import { rest } from './rest.js';
import type { Services } from './services.js';

/** Milliseconds that a rebalance of the group waits for the polls that are out; those that take longer may come again. */
const GRACE_MS = 10_000;
const HEARTBEAT_MS = 500;
const SESSION_MS = 10_000;
/** Milliseconds for which brokers that do not answer can hold up the end of a consumer. */
const LEAVE_MS = 10_000;

/** One subscription to `consume`: a member of the group, and the partitions that it owns. */
export class Consumer {
  readonly #partitions = new Map<string, Partition>();
  readonly #releasing = new Set<Promise<void>>();
  readonly #left = new AbortController();
  readonly #settled = new Subject<void>();
  readonly #running: Promise<void>;
  #membership: Membership | undefined;
  #memberId: string | undefined;
  #failed = 0;
  /** When a rebalance stops waiting for polls. */
  #graceEnds: number | undefined;

  constructor(
    private readonly services: Services,
    private readonly options: ConsumeOptions,
    private readonly subscriber: Subscriber<Poll>,
  ) {
    this.#running = this.#run();
  }

  /** Commits that are under way are waited for, polls that are out are refused from now on. */
  async leave(): Promise<void> {
    this.#left.abort();
    this.#releaseAll();
    await atMost(LEAVE_MS, Promise.all(this.#releasing));
    await atMost(LEAVE_MS, this.#membership?.stop());
    await this.#running;
  }

  /** A member of the group again and again: kafkajs's consumer ends at some failures, and not all of them are for good. */
  async #run(): Promise<void> {
    const { group, topics } = this.options;
    const { log, options } = this.services;
    try {
      for (const topic of topics) await this.services.topics.partitionsOf(topic);
      while (!this.#left.signal.aborted) {
        const error = await this.#belong();
        if (this.#left.signal.aborted) return;
        if (isRefused(error)) throw error;
        log({
          level: 'warn',
          message: 'consumer ended, starting another',
          fields: { group, error: messageOf(error) },
        });
        await rest(this.#failed++, this.#left.signal);
      }
    } catch (error) {
      this.subscriber.error(transportError(error, `consume ${topics.join(', ')}`, options.brokers));
    }
  }

  /** Resolves to why it ended. */
  async #belong(): Promise<unknown> {
    const { options } = this.services;
    const membership = new Membership(createClient(options), this.options, options.sessionMs ?? SESSION_MS, {
      joining: () => this.#quiesce(membership),
      joined: (memberId, places) => this.#joined(membership, memberId, places),
      heartbeat: () => {
        for (const partition of this.#partitions.values()) partition.confirm();
      },
      fetched: (place, messages, end) => this.#partitions.get(nameOf(place))?.receive(messages, end) ?? false,
      passed: (place, first, end) => this.#partitions.get(nameOf(place))?.pass(first, end),
    });
    this.#membership = membership;
    const error = await membership.run();
    if (!this.#left.signal.aborted) void membership.stop();
    this.#releaseAll();
    return error;
  }

  /**
   * The group is about to divide the partitions anew, and waits for its members. So that none is taken away in the midst of its
   * poll, no more polls are given out, and those that are out have some time to be acknowledged.
   */
  async #quiesce(membership: Membership): Promise<void> {
    this.#graceEnds ??= Date.now() + GRACE_MS;
    for (const partition of this.#partitions.values()) partition.hush();
    while (this.#isBusy() && Date.now() < this.#graceEnds) {
      await firstValueFrom(race(this.#settled, timer(HEARTBEAT_MS)));
      await membership.heartbeat();
    }
    if (this.#left.signal.aborted)
      throw new kafkajs.KafkaJSNonRetriableError('the consumer leaves the group');
  }

  #isBusy(): boolean {
    return [...this.#partitions.values()].some(({ busy }) => busy);
  }

  #joined(membership: Membership, memberId: string, places: readonly Place[]): void {
    if (this.#left.signal.aborted) return;
    this.#failed = 0;
    this.#graceEnds = undefined;
    const assigned = new Map(places.map((place) => [nameOf(place), place]));
    // Another member id means that the group has done without this consumer meanwhile.
    const stayed = memberId === this.#memberId;
    this.#memberId = memberId;
    for (const [name, partition] of this.#partitions) {
      if (!stayed || !assigned.has(name)) this.#release(name, partition);
    }
    for (const [name, place] of assigned) {
      const partition = this.#partitions.get(name);
      if (partition) partition.rejoined();
      else this.#partitions.set(name, this.#own(membership, place));
    }
  }

  #own(membership: Membership, place: Place): Partition {
    const { services, options, subscriber } = this;
    const { topic, partition } = place;
    const { group } = options;
    const { brokers } = services.options;
    const log: PartitionLog = (level, message, facts) =>
      services.log({ level, message, fields: { group, topic, partition, ...facts } });
    const claim = new Claim({
      group,
      topic,
      partition,
      brokers,
      log,
      openProducer: () => services.openProducer(`${group}.${topic}.${partition}`),
      committed: async () => (await services.offsets.committed(group, topic)).get(partition),
    });
    return new Partition({
      topic,
      partition,
      options,
      claim,
      log,
      router: services.router,
      fetching: membership.fetching(place),
      bounds: () => services.offsets.boundsOf(topic, partition),
      emit: (poll) => subscriber.next(poll),
      settled: () => this.#settled.next(),
      fail: (error) => subscriber.error(transportError(error, `read ${topic}/${partition}`, brokers)),
    });
  }

  #releaseAll(): void {
    for (const [name, partition] of this.#partitions) this.#release(name, partition);
  }

  #release(name: string, partition: Partition): void {
    this.#partitions.delete(name);
    const released = partition.release().finally(() => this.#releasing.delete(released));
    this.#releasing.add(released);
  }
}

function nameOf({ topic, partition }: Place): string {
  return `${topic}/${partition}`;
}
