import type { Sentiment } from '../codec/sentiment.js';
import { Watermark } from './watermark.js';
import { eventTime, SentimentWindows, type WindowOptions } from './window.js';

export interface CountsOptions extends WindowOptions {
  /** How far the texts of one source may lie out of order. */
  readonly latenessMs: number;
  /** Texts after which a silent source counts as idle; as of `Watermark` when left out. */
  readonly silence?: number;
}

/** A scored text, and where in the log it is. */
export interface CountedText {
  readonly partition: number;
  readonly offset: bigint;
  readonly value: Sentiment;
}

/** Windows of the texts of a log, each text once, and up to where that is in each partition. */
export class Counts {
  readonly windows: SentimentWindows;
  readonly #watermark: Watermark;
  readonly #next = new Map<number, bigint>();

  constructor(private readonly options: CountsOptions) {
    this.windows = new SentimentWindows(options);
    this.#watermark = new Watermark(options.silence);
  }

  /** Milliseconds since the epoch: windows that have ended by then are closed. */
  get closedUntil(): number {
    return this.#watermark.time - this.options.latenessMs;
  }

  /** The offset of the next text to be counted. */
  next(partition: number): bigint {
    return this.#next.get(partition) ?? 0n;
  }

  /** Texts before that offset are counted, or are not to be. */
  moveOn(partition: number, next: bigint): void {
    if (next > this.next(partition)) this.#next.set(partition, next);
  }

  /**
   * Counts those that are not counted yet; of each partition in its order. The rows of the others count as changed: since they
   * were counted and not committed, another process may have written these rows without them.
   */
  add(texts: readonly CountedText[]): void {
    for (const { partition, offset, value } of texts) {
      if (offset < this.next(partition)) {
        this.windows.touch(value);
        continue;
      }
      this.#next.set(partition, offset + 1n);
      this.windows.add(value);
      this.#watermark.observe(partition, sourceOf(value), eventTime(value));
    }
  }

  /** @param unread the partitions that have more texts */
  close(unread: Iterable<number>): void {
    this.#watermark.advance(unread);
    this.windows.close(this.closedUntil);
  }
}

/** The partition that a text came from: `<topic>/<partition>`. */
function sourceOf({ source }: Sentiment): string {
  return source.slice(0, source.lastIndexOf('/'));
}
