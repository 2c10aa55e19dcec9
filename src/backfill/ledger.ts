import { BEGINNING, type Checkpoint, Journal, type Lengths, type Origin, readJournal } from './journal.js';
import { checkFolder, FileSink, remove, sizeOf, trim } from './sink.js';

/** Where rows go that cannot be scored. */
export function rejectedPath(out: string): string {
  return `${out}.rejected.ndjson`;
}

/** What tells a run how far an earlier one has come. */
export function journalPath(out: string): string {
  return `${out}.journal`;
}

/** What is done behind a checkpoint. */
export interface Step extends Pick<Checkpoint, 'rows' | 'digest' | 'notes' | 'parked' | 'complete'> {
  /** Rows and bytes that the output has more. */
  readonly scored: number;
  readonly bytes: number;
}

/** The rejected rows of an output, and how far both have come. */
export class Ledger {
  #rejected = 0;
  #rejectedBytes = 0;

  private constructor(
    private readonly rejects: FileSink,
    private readonly journal: Journal | undefined,
    /** What is done for good. */
    public checkpoint: Checkpoint,
    /** The notes of all checkpoints so far. */
    readonly notes: readonly string[],
  ) {}

  /**
   * Opens what an earlier run has left beside an output; what is behind its last checkpoint is dropped.
   *
   * @param startOver forget all that was left
   * @throws MoodtapeError MT_OUTPUT when it was made from another input, or by another model; MT_FILE when it cannot be read
   *   or written.
   */
  static async open(
    out: string,
    origin: Origin,
    lengths: Omit<Lengths, 'rejectedBytes'>,
    startOver: boolean,
  ): Promise<Ledger> {
    const [rejected, path] = [rejectedPath(out), journalPath(out)];
    await checkFolder(out);
    if (startOver) for (const file of [rejected, path]) await remove(file);
    const rejectedBytes = (await sizeOf(rejected)) ?? 0;
    const { checkpoint, notes, end } = await readJournal(path, origin, { ...lengths, rejectedBytes });
    if (!checkpoint.complete) {
      await trim(rejected, checkpoint.rejectedBytes);
      await trim(path, end);
    }
    const journal = new Journal(path);
    if (end === 0) await journal.begin(origin);
    return new Ledger(new FileSink(rejected), journal, checkpoint, notes);
  }

  /** A ledger that no later run will read. */
  static async forgetful(rejected: string): Promise<Ledger> {
    await checkFolder(rejected);
    await remove(rejected);
    return new Ledger(new FileSink(rejected), undefined, BEGINNING, []);
  }

  /** Writes the lines of rejected rows. */
  async reject(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    await this.rejects.append(bytes);
    this.#rejected += lines.length;
    this.#rejectedBytes += bytes.length;
  }

  /** Says that all up to here is on disk, the rejected rows too. */
  async reach({ rows, digest, notes, parked, complete, scored, bytes }: Step): Promise<void> {
    const before = this.checkpoint;
    this.checkpoint = {
      rows,
      scored: before.scored + scored,
      rejected: before.rejected + this.#rejected,
      bytes: before.bytes + bytes,
      rejectedBytes: before.rejectedBytes + this.#rejectedBytes,
      digest,
      ...(notes !== undefined && { notes }),
      ...(parked !== undefined && { parked }),
      complete,
    };
    this.#rejected = 0;
    this.#rejectedBytes = 0;
    await this.journal?.reach(this.checkpoint);
  }

  async close(): Promise<void> {
    await Promise.all([this.rejects.close(), this.journal?.close()]);
  }
}
