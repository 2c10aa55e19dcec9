import { MoodtapeError } from '../errors.js';
import type { ModelIdentity } from '../inference/engine.js';
import { COMPRESS } from './compress.js';
import type { Encoder } from './formats/encoder.js';
import { encoderOf } from './formats/encoders.js';
import { STANDARD } from './inputs.js';
import { BEGINNING, type Checkpoint, Journal, type Origin, readJournal } from './journal.js';
import { type Kind, kindOf } from './kind.js';
import { columnsOf, type ScoredRow } from './scored-row.js';
import { checkFolder, FileSink, remove, type Sink, sizeOf, stdoutSink, trim } from './sink.js';

/** Where rows go that cannot be scored. */
export function rejectedPath(out: string): string {
  return out === STANDARD ? 'rejected.ndjson' : `${out}.rejected.ndjson`;
}

/** What tells a run how far an earlier one has come. */
export function journalPath(out: string): string {
  return `${out}.journal`;
}

/** What came of a window of rows. */
export interface WindowOutcome {
  readonly scored: readonly ScoredRow[];
  /** Lines of the rejected rows. */
  readonly rejected: readonly string[];
  /** Rows of the input up to the end of the window, and their SHA-256. */
  readonly rows: number;
  readonly digest: string;
}

/**
 * The output of a backfill: the scored rows, the rejected rows, and the journal that says how far both have come. Every
 * checkpoint is on disk before anything that follows it, so a run that is killed leaves a whole beginning and a torn end.
 */
export class Output {
  #pending: WindowOutcome[] = [];

  private constructor(
    private readonly kind: Kind,
    private readonly encoder: Encoder,
    private readonly out: Sink,
    private readonly rejects: FileSink,
    private readonly journal: Journal | undefined,
    /** What is on disk. */
    public checkpoint: Checkpoint,
  ) {}

  /**
   * Opens an output where an earlier run has left it.
   *
   * @param startOver forget what an earlier run left
   * @throws MoodtapeError MT_OUTPUT when the files there were made from another input, by another model, or by no
   *   backfill; MT_FILE when they cannot be read or written.
   */
  static async open(path: string, model: ModelIdentity, origin: Origin, startOver: boolean): Promise<Output> {
    const kind = kindOf(path);
    const rejected = rejectedPath(path);
    const journalFile = journalPath(path);
    await checkFolder(path);
    if (startOver) await Promise.all([path, rejected, journalFile].map(remove));
    const [bytes, rejectedBytes = 0, journalBytes] = await Promise.all(
      [path, rejected, journalFile].map(sizeOf),
    );
    if (bytes !== undefined && bytes > 0 && journalBytes === undefined) {
      throw new MoodtapeError('MT_OUTPUT', `${path} is there, and no ${journalFile} says how it was made`);
    }
    const progress = await readJournal(journalFile, origin, { bytes: bytes ?? 0, rejectedBytes });
    const { checkpoint, notes } = progress;
    if (!checkpoint.complete) {
      await trim(path, checkpoint.bytes);
      await trim(rejected, checkpoint.rejectedBytes);
      await trim(journalFile, progress.end);
    }
    const journal = new Journal(journalFile);
    if (progress.end === 0) await journal.begin(origin);
    return new Output(
      kind,
      await encoderOf(kind.format, columnsOf(model), { bytes: checkpoint.bytes, notes }),
      new FileSink(path),
      new FileSink(rejected),
      journal,
      checkpoint,
    );
  }

  /** An output that goes to stdout and cannot be gone on with. Its rejected rows go to a file. */
  static async stdout(kind: Kind, model: ModelIdentity): Promise<Output> {
    const rejected = rejectedPath(STANDARD);
    await checkFolder(rejected);
    await remove(rejected);
    const encoder = await encoderOf(kind.format, columnsOf(model), { bytes: 0, notes: [] });
    return new Output(kind, encoder, stdoutSink, new FileSink(rejected), undefined, BEGINNING);
  }

  /** Writes a window, as soon as there are enough of them. */
  async write(window: WindowOutcome): Promise<void> {
    this.#pending.push(window);
    if (this.#pending.length >= this.encoder.windows) await this.#flush(false);
  }

  /** Writes what is left, and the end of the file. */
  async finish(): Promise<void> {
    await this.#flush(true);
  }

  async close(): Promise<void> {
    await Promise.all([this.out.close(), this.rejects.close(), this.journal?.close()]);
  }

  async #flush(complete: boolean): Promise<void> {
    const windows = this.#pending;
    this.#pending = [];
    const before = this.checkpoint;
    const last = windows.at(-1) ?? before;
    const rows = windows.flatMap(({ scored }) => scored);
    const lines = windows.flatMap(({ rejected }) => rejected);

    const piece = rows.length === 0 ? undefined : this.encoder.encode(rows);
    const head = before.bytes === 0 && (complete || rows.length > 0) ? this.encoder.head : NOTHING;
    const plain = Buffer.concat([head, piece?.bytes ?? NOTHING, complete ? this.encoder.tail() : NOTHING]);
    const bytes = await this.#packed(plain);
    const rejected = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    await Promise.all([this.out.append(bytes), rejected.length > 0 && this.rejects.append(rejected)]);

    this.checkpoint = {
      rows: last.rows,
      scored: before.scored + rows.length,
      rejected: before.rejected + lines.length,
      bytes: before.bytes + bytes.length,
      rejectedBytes: before.rejectedBytes + rejected.length,
      digest: last.digest,
      ...(piece?.notes !== undefined && { notes: piece.notes }),
      complete,
    };
    await this.journal?.reach(this.checkpoint);
  }

  async #packed(bytes: Uint8Array): Promise<Uint8Array> {
    const { compression } = this.kind;
    return compression === undefined || bytes.length === 0 ? bytes : COMPRESS[compression](bytes);
  }
}

const NOTHING = new Uint8Array(0);
