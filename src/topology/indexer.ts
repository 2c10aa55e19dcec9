import type { Codec } from '../codec/codec.js';
import type { Sentiment, SentimentIndex } from '../codec/sentiment.js';
import { Counts, type CountsOptions } from '../flow/counts.js';
import { WINDOWS } from '../flow/window.js';
import type { Logger } from '../observe/logger.js';
import type { PartitionLag, Poll, Stretch, Transport } from '../transport/transport.js';
import { decodePoll } from './decode-poll.js';
import { SCORED } from './topics.js';

export interface IndexerOptions extends CountsOptions {
  readonly group: string;
  /** Where the scored texts are. */
  readonly log: Pick<Transport, 'lag' | 'offsetsAt' | 'read'>;
  readonly codec: Codec<Sentiment>;
  readonly logger: Logger;
  /** Is told how many texts came too late for a window that is closed, each text once. */
  readonly onLate: (texts: number) => void;
}

const DAY_MS = 86_400_000;
/** How far back the texts of open windows are looked for at first, and how many times further when that was not enough. */
const FIRST_REACH_MS = 2 * DAY_MS;
const REACH_GROWTH = 4;
/** By how much the clock of a scorer may be ahead of that of a broker. */
const CLOCK_SKEW_MS = 60_000;
const LATE_LOG_EVERY_MS = 60_000;

/** An offset of a partition. */
type Place = Pick<PartitionLag, 'partition' | 'committed'>;

/**
 * Makes index rows of scored texts. What the windows hold is stored nowhere: it follows from the texts before the
 * committed offsets of the group, and is counted again from them at the start. Texts that another process has committed
 * meanwhile are counted from the log too. Nothing is ever taken back: a text whose commit fails comes again, to this
 * process or to another one, and counts already.
 */
export class Indexer {
  #counts: Counts | undefined;
  /** Late texts that the log has not been told of yet, and when it was told last, in milliseconds since the epoch. */
  #late = { texts: 0, toldAt: 0 };

  constructor(private readonly options: IndexerOptions) {}

  /** The rows that are to be committed with a poll: those that have changed since the last commit. */
  async add({ partition, records, nextOffset }: Omit<Poll, 'begin'>): Promise<SentimentIndex[]> {
    const { log, group, codec, logger } = this.options;
    const partitions = await log.lag(group, [SCORED]);
    this.#counts ??= await this.#recount(partitions);
    const counts = this.#counts;
    // What a log says of a group may be a little old; the poll itself begins where the group is.
    const begins = records.slice(0, 1).map(({ offset: committed }) => ({ partition, committed }));
    await this.#countUpTo([...partitions, ...begins], counts);

    const entries = await decodePoll({ records }, codec, logger);
    const lateBefore = counts.windows.late;
    counts.add(entries);
    counts.moveOn(partition, nextOffset);
    counts.close(partitions.filter(({ partition: one, end }) => counts.next(one) < end).map(partitionOf));
    this.#tellLate(counts.windows.late - lateBefore);
    return counts.windows.changedRows();
  }

  /** The rows that `add` has given are in the log. */
  committed(): void {
    this.#counts?.windows.forgetChanges();
  }

  /** Counts from so far back that no text is left out of a window that is open at the end. */
  async #recount(partitions: readonly PartitionLag[]): Promise<Counts> {
    const { log, windows, logger } = this.options;
    const longest = Math.max(...windows.map((window) => WINDOWS[window]));
    const beginnings = await log.offsetsAt(SCORED, 0);
    for (let reach = FIRST_REACH_MS; ; reach *= REACH_GROWTH) {
      const since = Math.max(0, Date.now() - reach);
      const counts = new Counts(this.options);
      const from = await log.offsetsAt(SCORED, since);
      for (const { partition, committed } of partitions) {
        counts.moveOn(partition, earlier(from.get(partition) ?? 0n, committed));
      }
      const whole = partitions.every(
        ({ partition }) => counts.next(partition) <= (beginnings.get(partition) ?? 0n),
      );
      const texts = await this.#countUpTo(partitions, counts);
      // No text is written before it is scored, nor scored before its event time.
      const enough = counts.closedUntil - longest >= since + CLOCK_SKEW_MS;
      if (!whole && !enough) continue;
      logger.debug({ texts, since: new Date(since).toISOString() }, 'counted the texts of open windows');
      // As they were when the group was there, the rows are in the log.
      counts.windows.forgetChanges();
      for (const { partition, committed } of partitions) counts.moveOn(partition, committed);
      return counts;
    }
  }

  /** Counts the texts of the log that are not counted yet, up to those places; resolves to how many records that were. */
  async #countUpTo(places: readonly Place[], counts: Counts): Promise<number> {
    const { log, codec, logger } = this.options;
    const stretches = places
      .map(({ partition, committed }): Stretch => {
        return { topic: SCORED, partition, from: counts.next(partition), until: committed };
      })
      .filter(({ from, until }) => from < until);
    let count = 0;
    for await (const records of stretches.length === 0 ? [] : log.read(stretches)) {
      counts.add(await decodePoll({ records }, codec, logger));
      counts.close(stretches.map(partitionOf));
      count += records.length;
    }
    for (const { partition, until } of stretches) counts.moveOn(partition, until);
    return count;
  }

  #tellLate(texts: number): void {
    const { logger, onLate } = this.options;
    onLate(texts);
    this.#late.texts += texts;
    const now = Date.now();
    if (this.#late.texts === 0 || now - this.#late.toldAt < LATE_LOG_EVERY_MS) return;
    logger.info({ texts: this.#late.texts }, 'texts came too late for a window that is closed');
    this.#late = { texts: 0, toldAt: now };
  }
}

function earlier(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

function partitionOf({ partition }: { readonly partition: number }): number {
  return partition;
}
