import type { LogRecord, Stretch } from '../transport.js';
import { isRefused, transportError } from './errors.js';
import { type Fetched, Fetcher, type Place } from './fetcher.js';
import type { Offsets } from './offsets.js';
import type { KafkaOptions } from './options.js';
import { rest } from './rest.js';

const FETCH_WAIT_MS = 100;
/** About half a minute. */
const ATTEMPTS = 10;

/** Reads parts of partitions outside any group; once. */
export class StretchReader {
  readonly #fetcher: Fetcher;

  constructor(
    private readonly options: KafkaOptions,
    private readonly offsets: Offsets,
  ) {
    this.#fetcher = new Fetcher(options);
  }

  async *read(stretches: readonly Stretch[]): AsyncGenerator<readonly LogRecord[]> {
    try {
      for (const stretch of stretches) yield* this.#readOne(stretch);
    } finally {
      await this.#fetcher.close();
    }
  }

  async *#readOne({ topic, partition, from, until }: Stretch): AsyncGenerator<readonly LogRecord[]> {
    const { low, high } = await this.offsets.boundsOf(topic, partition);
    const end = until < high ? until : high;
    for (let offset = from < low ? low : from; offset < end; ) {
      const fetched = await this.#fetch({ topic, partition, offset });
      const records = fetched.records.filter((record) => record.offset < end);
      if (records.length > 0) yield records;
      offset = fetched.nextOffset;
    }
  }

  async #fetch(place: Place): Promise<Fetched> {
    const { topic, partition } = place;
    const nobody = new AbortController().signal;
    for (let failed = 1; ; failed++) {
      try {
        return await this.#fetchOnce(place);
      } catch (error) {
        if (failed === ATTEMPTS || isRefused(error)) {
          throw transportError(error, `read ${topic}/${partition}`, this.options.brokers);
        }
      }
      await rest(failed, nobody);
      await this.#fetcher.refresh().catch(() => undefined);
    }
  }

  async #fetchOnce(place: Place): Promise<Fetched> {
    const { topic, partition } = place;
    await this.#fetcher.connect([topic]);
    const leader = this.#fetcher.leaders(topic).find((one) => one.partition === partition);
    const [fetched] = await this.#fetcher.fetch(leader?.broker ?? '', [place], FETCH_WAIT_MS);
    if (fetched === undefined) throw new Error(`Kafka does not know ${topic}/${partition}`);
    return fetched;
  }
}
