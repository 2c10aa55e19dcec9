import { MoodtapeError } from '../errors.js';
import type { ModelIdentity } from '../inference/engine.js';
import type { Outcome, Results } from './backfill.js';
import { COMPRESS } from './compress.js';
import type { Encoder } from './formats/encoder.js';
import { encoderOf } from './formats/encoders.js';
import type { Checkpoint, Origin } from './journal.js';
import { type Kind, kindOf } from './kind.js';
import { journalPath, Ledger } from './ledger.js';
import { columnsOf, type ScoredRow } from './scored-row.js';
import { FileSink, remove, type Sink, sizeOf, stdoutSink, trim } from './sink.js';

const NOTHING = new Uint8Array(0);

/** Where the rejected rows of an output to stdout go. */
export const STDOUT_REJECTED = 'rejected.ndjson';

/**
 * Scored rows as a file. Every checkpoint is on disk before anything that follows it, so a run that is killed leaves a whole
 * beginning and a torn end, which the next run drops.
 */
export class Output implements Results<ScoredRow> {
  #pending: Outcome<ScoredRow>[] = [];

  private constructor(
    private readonly kind: Kind,
    private readonly encoder: Encoder,
    private readonly out: Sink,
    private readonly ledger: Ledger,
  ) {}

  /**
   * Opens an output where an earlier run has left it.
   *
   * @param startOver forget what it left
   * @throws MoodtapeError MT_OUTPUT when it was made from another input, by another model, or by no backfill; MT_FILE when
   *   it cannot be read or written.
   */
  static async open(path: string, model: ModelIdentity, origin: Origin, startOver: boolean): Promise<Output> {
    const kind = kindOf(path);
    if (startOver) await remove(path);
    const length = (await sizeOf(path)) ?? 0;
    const journal = journalPath(path);
    if (length > 0 && (await sizeOf(journal)) === undefined) {
      throw new MoodtapeError('MT_OUTPUT', `${path} is there, and no ${journal} says how it was made`);
    }
    const ledger = await Ledger.open(path, origin, length, startOver);
    const { bytes, complete } = ledger.checkpoint;
    if (!complete) await trim(path, bytes);
    const encoder = await encoderOf(kind.format, columnsOf(model), { bytes, notes: ledger.notes });
    return new Output(kind, encoder, new FileSink(path), ledger);
  }

  /** An output that goes to stdout, and cannot be gone on with. */
  static async stdout(kind: Kind, model: ModelIdentity): Promise<Output> {
    const encoder = await encoderOf(kind.format, columnsOf(model), { bytes: 0, notes: [] });
    return new Output(kind, encoder, stdoutSink, await Ledger.forgetful(STDOUT_REJECTED));
  }

  get checkpoint(): Checkpoint {
    return this.ledger.checkpoint;
  }

  /** Writes the windows as soon as there are enough for a piece of the file. */
  async write(outcome: Outcome<ScoredRow>): Promise<void> {
    this.#pending.push(outcome);
    if (this.#pending.length >= this.encoder.windows) await this.#flush(false);
  }

  /** Writes what is left, and the end of the file. */
  async finish(): Promise<void> {
    await this.#flush(true);
  }

  async close(): Promise<void> {
    await Promise.all([this.out.close(), this.ledger.close()]);
  }

  async #flush(complete: boolean): Promise<void> {
    const outcomes = this.#pending;
    this.#pending = [];
    const { rows, digest } = outcomes.at(-1) ?? this.checkpoint;
    const scored = outcomes.flatMap(({ done }) => done);
    const { bytes, notes } = await this.#pieceOf(scored, complete);
    await Promise.all([
      this.out.append(bytes),
      this.ledger.reject(outcomes.flatMap(({ rejected }) => rejected)),
    ]);
    await this.ledger.reach({
      rows,
      digest,
      scored: scored.length,
      bytes: bytes.length,
      ...(notes !== undefined && { notes }),
      complete,
    });
  }

  async #pieceOf(rows: readonly ScoredRow[], last: boolean) {
    const piece = rows.length === 0 ? { bytes: NOTHING } : this.encoder.encode(rows);
    const first = this.checkpoint.bytes === 0 && (last || rows.length > 0);
    const bytes = Buffer.concat([
      first ? this.encoder.head : NOTHING,
      piece.bytes,
      last ? this.encoder.tail() : NOTHING,
    ]);
    const { compression } = this.kind;
    const packed = compression === undefined || bytes.length === 0 ? bytes : COMPRESS[compression](bytes);
    return { bytes: await packed, notes: piece.notes };
  }
}
