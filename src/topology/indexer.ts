import type { Codec } from '../codec/codec.js';
import type { Sentiment, SentimentIndex } from '../codec/sentiment.js';
import { Watermark } from '../flow/watermark.js';
import { eventTime, SentimentWindows, WINDOWS, type WindowName } from '../flow/window.js';
import type { Logger } from '../observe/logger.js';
import type { LogRecord, PartitionLag, Poll, Stretch, Transport } from '../transport/transport.js';
import { decodePoll } from './decode-poll.js';
import { SCORED } from './topics.js';

export interface IndexerOptions {
  readonly windows: readonly WindowName[];
  readonly latenessMs: number;
  readonly group: string;
  /** Where the scored texts are. */
  readonly log: Pick<Transport, 'lag' | 'offsetsAt' | 'read'>;
  readonly codec: Codec<Sentiment>;
  readonly logger: Logger;
  /** Texts after which a silent source counts as idle; that of `Watermark` when left out. */
  readonly silence?: number;
}

const DAY_MS = 86_400_000;
/** How far back the texts of open windows are looked for at first, and how many times further when that was not enough. */
const FIRST_REACH_MS = 2 * DAY_MS;
const REACH_GROWTH = 4;
/** By how much the clock of a scorer may be ahead of that of a broker. */
const CLOCK_SKEW_MS = 60_000;

/**
 * Keeps the windows of exactly those texts that its group has committed. They are not stored anywhere: they follow from
 * the scored texts before the committed offsets, and are counted from them at the start, and again whenever the log turns
 * out to say otherwise, because a commit failed or another process has made the index for a while.
 */
export class Indexer {
  #windows: SentimentWindows;
  #watermark: Watermark;
  /** By partition, up to where texts are counted; empty when none are. */
  #counted = new Map<number, bigint>();

  constructor(private readonly options: IndexerOptions) {
    this.#windows = new SentimentWindows(options);
    this.#watermark = new Watermark(options.silence);
  }

  /** The rows that the texts of a poll change, to be committed with it before the next poll is added. */
  async add({ partition, records, nextOffset }: Omit<Poll, 'begin'>): Promise<SentimentIndex[]> {
    const { log, group, logger } = this.options;
    const partitions = await log.lag(group, [SCORED]);
    await this.#agreeWith(partitions);

    const counted = this.#counted.get(partition) ?? 0n;
    const { late } = this.#windows;
    await this.#count(records.filter(({ offset }) => offset >= counted));
    if (nextOffset > counted) this.#counted.set(partition, nextOffset);
    if (this.#windows.late > late) {
      logger.info({ texts: this.#windows.late - late }, 'texts came too late for a window that is closed');
    }
    const rows = this.#windows.takeChanged();
    this.#close(partitions.filter(({ committed, end }) => committed < end));
    return rows;
  }

  /** Brings the counts to where the group is. */
  async #agreeWith(partitions: readonly PartitionLag[]): Promise<void> {
    const counted = this.#counted;
    // Until it is done nothing is known: it may fail on the way.
    this.#counted = new Map();
    const ahead = partitions.some(
      ({ partition, committed }) => (counted.get(partition) ?? committed) > committed,
    );
    if (counted.size === 0 || ahead) await this.#recount(partitions);
    else await this.#countBetween(counted, partitions);
    this.#windows.takeChanged();
    this.#counted = new Map(partitions.map(({ partition, committed }) => [partition, committed]));
  }

  /** Counts anew, from so far back that no text is left out of a window that is open at the end. */
  async #recount(partitions: readonly PartitionLag[]): Promise<void> {
    const { log, windows, latenessMs } = this.options;
    const longest = Math.max(...windows.map((window) => WINDOWS[window]));
    const beginnings = await log.offsetsAt(SCORED, 0);
    for (let reach = FIRST_REACH_MS; ; reach *= REACH_GROWTH) {
      const since = Math.max(0, Date.now() - reach);
      const from = await log.offsetsAt(SCORED, since);
      this.#windows = new SentimentWindows(this.options);
      this.#watermark = new Watermark(this.options.silence);
      await this.#countBetween(from, partitions);
      const whole = partitions.every(({ partition, committed }) => {
        const beginning = beginnings.get(partition) ?? 0n;
        return committed <= beginning || (from.get(partition) ?? 0n) <= beginning;
      });
      // No text is written before it is scored, nor scored before its event time.
      const enough = this.#watermark.time - latenessMs - longest >= since + CLOCK_SKEW_MS;
      if (whole || enough) return;
    }
  }

  /** Counts the texts from the given offsets to the committed ones. */
  async #countBetween(from: ReadonlyMap<number, bigint>, partitions: readonly PartitionLag[]): Promise<void> {
    const stretches = partitions.flatMap(({ topic, partition, committed }): Stretch[] => {
      const start = from.get(partition) ?? committed;
      return start < committed ? [{ topic, partition, from: start, until: committed }] : [];
    });
    if (stretches.length === 0) return;
    for await (const records of this.options.log.read(stretches)) {
      await this.#count(records);
      this.#close(stretches);
    }
  }

  async #count(records: readonly LogRecord[]): Promise<void> {
    const { codec, logger } = this.options;
    for (const { partition, value: text } of await decodePoll({ records }, codec, logger)) {
      this.#windows.add(text);
      this.#watermark.observe(partition, sourceOf(text), eventTime(text));
    }
  }

  #close(unread: readonly Pick<PartitionLag, 'partition'>[]): void {
    this.#watermark.advance(unread.map(({ partition }) => partition));
    this.#windows.close(this.#watermark.time - this.options.latenessMs);
  }
}

/** The partition that a text came from: `<topic>/<partition>`. */
function sourceOf({ source }: Sentiment): string {
  return source.slice(0, source.lastIndexOf('/'));
}
