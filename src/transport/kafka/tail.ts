import { setTimeout } from 'node:timers/promises';
import { messageOf } from '../../errors.js';
import type { LogRecord, Positions } from '../transport.js';
import { answerOf, isRefused, transportError } from './errors.js';
import { type Fetched, Fetcher, type Place } from './fetcher.js';
import type { Services } from './services.js';

/** Milliseconds for which a broker keeps a fetch that finds nothing. */
const FETCH_WAIT_MS = 500;
/** Milliseconds between looks for new partitions, and for leaders that have changed unnoticed. */
const LOOK_EVERY_MS = 5_000;
/** Milliseconds after which a broker that failed is asked again. */
const RETRY_MS = 500;

/** What has been waited for. */
interface Arrival {
  readonly name: string;
  readonly fetched: readonly Fetched[];
}

/**
 * Follows topics outside any group, over connections that stay. Each broker has one fetch under way for all partitions that it leads, so
 * none waits for another; and no more than one, so what is not taken is not fetched.
 */
export class Tail {
  readonly #fetcher: Fetcher;
  /** Where to go on in each partition of each topic. */
  readonly #positions: Map<string, Map<number, bigint>>;

  constructor(
    private readonly services: Services,
    from: Positions,
    private readonly signal: AbortSignal,
  ) {
    this.#fetcher = new Fetcher(services.options);
    this.#positions = new Map([...from].map(([topic, offsets]) => [topic, new Map(offsets)]));
  }

  async *follow(): AsyncGenerator<readonly LogRecord[]> {
    const underWay = new Map<string, Promise<Arrival>>();
    const begin = (name: string, work: () => Promise<readonly Fetched[]>) => {
      if (!underWay.has(name)) underWay.set(name, arrivalOf(name, work()));
    };
    try {
      await this.#connect();
      while (!this.signal.aborted) {
        begin('leaders', () => this.#look());
        for (const [broker, places] of this.#placesByBroker())
          begin(broker, () => this.#fetch(broker, places));
        const { name, fetched } = await Promise.race(underWay.values());
        underWay.delete(name);
        for (const one of fetched) {
          const records = this.#pass(one);
          if (records.length > 0 && !this.signal.aborted) yield records;
        }
      }
    } finally {
      await this.#fetcher.close();
    }
  }

  async #connect(): Promise<void> {
    const topics = [...this.#positions.keys()];
    try {
      for (const topic of topics) await this.services.topics.partitionsOf(topic);
      await this.#fetcher.connect(topics);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #placesByBroker(): Map<string, Place[]> {
    const places = [...this.#positions].flatMap(([topic, offsets]) =>
      this.#fetcher
        .leaders(topic)
        .map(({ partition, broker }) => ({ broker, topic, partition, offset: offsets.get(partition) ?? 0n })),
    );
    const byBroker = new Map<string, Place[]>();
    for (const { broker, ...place } of places) {
      byBroker.set(broker, [...(byBroker.get(broker) ?? []), place]);
    }
    return byBroker;
  }

  /** Moves on behind what was fetched; the records of it that are new, for the leader that was before may answer late. */
  #pass({ topic, partition, records, nextOffset }: Fetched): readonly LogRecord[] {
    const offsets = this.#positions.get(topic);
    const position = offsets?.get(partition) ?? 0n;
    if (nextOffset > position) offsets?.set(partition, nextOffset);
    return records.filter(({ offset }) => offset >= position);
  }

  async #look(): Promise<readonly Fetched[]> {
    await this.#pause(LOOK_EVERY_MS);
    if (!this.signal.aborted) await this.#refresh();
    return [];
  }

  async #fetch(broker: string, places: readonly Place[]): Promise<readonly Fetched[]> {
    try {
      return await this.#fetcher.fetch(broker, places, FETCH_WAIT_MS);
    } catch (error) {
      if (this.signal.aborted) return [];
      if (answerOf(error) === 'OFFSET_OUT_OF_RANGE') return this.#skipExpired(places, error);
      if (isRefused(error)) throw this.#failure(error);
      const fields = { topics: this.#topics, error: messageOf(error) };
      this.services.log({ level: 'warn', message: 'cannot follow topics, trying again', fields });
      await this.#pause(RETRY_MS);
      await this.#refresh();
      return [];
    }
  }

  /** Goes on at the first records that are left, where retention was faster. */
  async #skipExpired(places: readonly Place[], error: unknown): Promise<readonly Fetched[]> {
    const starts = await Promise.all(
      places.map(async (place) => {
        const { low } = await this.services.offsets.boundsOf(place.topic, place.partition);
        return { ...place, records: [], nextOffset: low };
      }),
    );
    const expired = starts.filter(({ offset, nextOffset }) => offset < nextOffset);
    if (expired.length === 0) throw this.#failure(error);
    return expired;
  }

  /** What was learnt before stays while the brokers cannot say. */
  async #refresh(): Promise<void> {
    await this.#fetcher.refresh().catch(() => undefined);
  }

  async #pause(milliseconds: number): Promise<void> {
    await setTimeout(milliseconds, undefined, { signal: this.signal }).catch(() => undefined);
  }

  get #topics(): string {
    return [...this.#positions.keys()].join(', ');
  }

  #failure(error: unknown): Error {
    return transportError(error, `follow ${this.#topics}`, this.services.options.brokers);
  }
}

async function arrivalOf(name: string, work: Promise<readonly Fetched[]>): Promise<Arrival> {
  return { name, fetched: await work };
}
