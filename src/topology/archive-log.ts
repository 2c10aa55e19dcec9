import { setTimeout } from 'node:timers/promises';
import type { Outcome, Results } from '../backfill/backfill.js';
import type { Checkpoint, Origin } from '../backfill/journal.js';
import { Ledger } from '../backfill/ledger.js';
import type { OutgoingRecord, PartitionLag, Transport } from '../transport/transport.js';

/** Says which run a record comes from, and the end of its window there: `<run>/<rows>`. */
const HEADER = 'moodtape.backfill';

/** Records that may lie in the log and wait for the scorers. */
const MOST_WAITING = 20_000n;
const LOOK_EVERY_MS = 200;

export interface ArchiveLogOptions {
  readonly transport: Transport;
  /** The topics of archives. */
  readonly topics: readonly string[];
  /** Consumer group of the scorers. */
  readonly group: string;
  /** Name of this run, the same whenever it goes on. */
  readonly run: string;
  /** What the names of the journal and of the rejected rows begin with. */
  readonly base: string;
  readonly origin: Origin;
  readonly startOver: boolean;
}

/**
 * Records of an archive in the log, each once: a window is appended as a whole, and where a run was killed between the log
 * and the journal, the next one finds the window in the log. Not more than 20,000 records wait there for the scorers.
 */
export class ArchiveLog implements Results<OutgoingRecord> {
  private constructor(
    private readonly options: ArchiveLogOptions,
    private readonly ledger: Ledger,
    /** Rows up to the last window that is in the log. */
    private readonly sent: number,
  ) {}

  /**
   * @throws MoodtapeError MT_OUTPUT when the journal belongs to another run; MT_FILE when it cannot be read or written;
   *   MT_TRANSPORT when the log is out of reach.
   */
  static async open(options: ArchiveLogOptions): Promise<ArchiveLog> {
    const { base, origin, startOver } = options;
    const ledger = await Ledger.open(base, origin, { bytes: 0, parkedBytes: 0 }, startOver);
    const last = ledger.notes.at(-1);
    if (last === undefined) {
      const { rows, digest } = ledger.checkpoint;
      const notes = await endsOf(options);
      await ledger.reach({ rows, digest, notes, complete: false, scored: 0, bytes: 0 });
    }
    const sent = last === undefined ? 0 : await sentBehind(last, options);
    return new ArchiveLog(options, ledger, sent);
  }

  get checkpoint(): Checkpoint {
    return this.ledger.checkpoint;
  }

  async write({ done, rejected, rows, digest }: Outcome<OutgoingRecord>): Promise<void> {
    const { transport, run } = this.options;
    await this.#waitUntil((waiting) => waiting < MOST_WAITING);
    await this.ledger.reject(rejected);
    const notes = await endsOf(this.options);
    if (rows > this.sent) {
      const headers = { [HEADER]: Buffer.from(`${run}/${rows}`) };
      await transport.append(done.map((record) => ({ ...record, headers })));
    }
    await this.ledger.reach({ rows, digest, notes, complete: false, scored: done.length, bytes: 0 });
  }

  /** Waits until the scorers have worked on all. */
  async finish(): Promise<void> {
    await this.#waitUntil((waiting) => waiting === 0n);
    const { rows, digest } = this.checkpoint;
    await this.ledger.reach({ rows, digest, complete: true, scored: 0, bytes: 0 });
  }

  async close(): Promise<void> {
    await this.ledger.close();
  }

  async #waitUntil(enough: (waiting: bigint) => boolean): Promise<void> {
    const { transport, group, topics } = this.options;
    for (;;) {
      const lag = await transport.lag(group, topics);
      if (enough(lag.reduce((sum, { committed, end }) => sum + end - committed, 0n))) return;
      await setTimeout(LOOK_EVERY_MS);
    }
  }
}

type Position = Pick<PartitionLag, 'topic' | 'partition' | 'end'>;

/** Where the partitions end now: as `topic/partition/offset`, separated by blanks. */
async function endsOf({ transport, group, topics }: ArchiveLogOptions): Promise<string> {
  const lag = await transport.lag(group, topics);
  return lag.map(({ topic, partition, end }: Position) => `${topic}/${partition}/${end}`).join(' ');
}

/** Rows up to the last window that a run has appended behind these ends. */
async function sentBehind(
  ends: string,
  { transport, group, topics, run }: ArchiveLogOptions,
): Promise<number> {
  const before = new Map(
    ends.split(' ').map((position) => {
      const at = position.lastIndexOf('/');
      return [position.slice(0, at), BigInt(position.slice(at + 1))];
    }),
  );
  const lag = await transport.lag(group, topics);
  const stretches = lag.map(({ topic, partition, end }) => ({
    topic,
    partition,
    from: before.get(`${topic}/${partition}`) ?? 0n,
    until: end,
  }));
  let sent = 0;
  for await (const records of transport.read(stretches)) {
    for (const { headers } of records) {
      const [name, rows] = Buffer.from(headers[HEADER] ?? '')
        .toString()
        .split('/');
      if (name === run) sent = Math.max(sent, Number(rows));
    }
  }
  return sent;
}
