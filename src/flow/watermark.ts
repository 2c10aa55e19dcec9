/**
 * Texts of a partition without one of a source, after which the source counts as idle. A scorer that catches up writes
 * the texts of one source partition in lumps of a poll; with many of them, a few thousand texts lie between two lumps.
 */
const SILENCE = 10_000;

/** What has been read of one partition of the log. */
interface Progress {
  texts: number;
  /** By source: its latest event time, and how many texts had been read when it last spoke. */
  readonly sources: Map<string, { latest: number; spoke: number }>;
}

/**
 * How far event time has come in a log of several partitions that texts of several sources reach: earlier texts are not
 * expected any more, but for the disorder within one source.
 *
 * Sources are far apart when a scorer catches up (an hour of one source partition is scored before an hour of another),
 * and so are partitions of the log when a reader does. So the watermark is that of the slowest: of each source in each
 * partition of the log the latest time, and of those the earliest.
 *
 * Who has nothing to say does not hold it for ever: a source is idle when the last 10,000 texts of a partition had none
 * of it, and a partition that is read to its end holds nothing. In the first 10,000 texts of a partition any source may
 * still be to come, so that they alone move nothing.
 */
export class Watermark {
  readonly #partitions = new Map<number, Progress>();
  #time = Number.NEGATIVE_INFINITY;

  constructor(private readonly silence = SILENCE) {}

  /** Milliseconds since the epoch; never falls. */
  get time(): number {
    return this.#time;
  }

  /** @param time milliseconds since the epoch: the event time of a text that was read */
  observe(partition: number, source: string, time: number): void {
    let progress = this.#partitions.get(partition);
    if (progress === undefined) {
      progress = { texts: 0, sources: new Map() };
      this.#partitions.set(partition, progress);
    }
    const spoke = ++progress.texts;
    const known = progress.sources.get(source);
    if (known === undefined) progress.sources.set(source, { latest: time, spoke });
    else {
      known.latest = Math.max(known.latest, time);
      known.spoke = spoke;
    }
  }

  /** @param unread the partitions that are not read to their end */
  advance(unread: Iterable<number>): void {
    const times = [...unread].map((partition) => this.#timeOf(partition));
    if (times.length > 0) this.#time = Math.max(this.#time, Math.min(...times));
  }

  #timeOf(partition: number): number {
    const progress = this.#partitions.get(partition);
    if (progress === undefined || progress.texts < this.silence) return Number.NEGATIVE_INFINITY;
    let time = Number.POSITIVE_INFINITY;
    for (const [source, { latest, spoke }] of progress.sources) {
      if (progress.texts - spoke >= this.silence) progress.sources.delete(source);
      else time = Math.min(time, latest);
    }
    return time;
  }
}
