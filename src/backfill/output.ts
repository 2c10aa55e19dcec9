import { MoodtapeError } from '../errors.js';
import type { ModelIdentity } from '../inference/engine.js';
import type { Outcome, Results } from './backfill.js';
import { COMPRESS } from './compress.js';
import type { Encoder } from './formats/encoder.js';
import { encoderOf } from './formats/encoders.js';
import type { Checkpoint, Origin } from './journal.js';
import { type Kind, kindOf } from './kind.js';
import { journalPath, Ledger } from './ledger.js';
import { Parking, parkingPath } from './parking.js';
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
  private constructor(
    private readonly kind: Kind,
    private readonly encoder: Encoder,
    private readonly out: Sink,
    private readonly parking: Parking,
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
    const parkingFile = parkingPath(path);
    if (startOver) for (const file of [path, parkingFile]) await remove(file);
    const length = (await sizeOf(path)) ?? 0;
    const journal = journalPath(path);
    if (length > 0 && (await sizeOf(journal)) === undefined) {
      throw new MoodtapeError('MT_OUTPUT', `${path} is there, and no ${journal} says how it was made`);
    }
    const parkedBytes = (await sizeOf(parkingFile)) ?? 0;
    const ledger = await Ledger.open(path, origin, { bytes: length, parkedBytes }, startOver);
    const { bytes, parked, complete } = ledger.checkpoint;
    if (!complete) await trim(path, bytes);
    const parking = await Parking.open(parkingFile, parked);
    const encoder = await encoderOf(kind.format, columnsOf(model), { bytes, notes: ledger.notes });
    return new Output(kind, encoder, new FileSink(path), parking, ledger);
  }

  /** An output that goes to stdout, and cannot be gone on with. */
  static async stdout(kind: Kind, model: ModelIdentity): Promise<Output> {
    const encoder = await encoderOf(kind.format, columnsOf(model), { bytes: 0, notes: [] });
    const ledger = await Ledger.forgetful(STDOUT_REJECTED);
    return new Output(kind, encoder, stdoutSink, new Parking(), ledger);
  }

  get checkpoint(): Checkpoint {
    return this.ledger.checkpoint;
  }

  /** Writes a window: into the output when there are enough for a piece of it, else to where they are parked. */
  async write(outcome: Outcome<ScoredRow>): Promise<void> {
    const { windows } = this.parking.parked;
    if (windows + 1 >= this.encoder.windows) return this.#flush(outcome, false);
    const { done, rejected, rows, digest } = outcome;
    await Promise.all([this.parking.add(done), this.ledger.reject(rejected)]);
    const { parked } = this.parking;
    await this.ledger.reach({ rows, digest, scored: done.length, bytes: 0, parked, complete: false });
  }

  /** Writes what is left, and the end of the file. */
  async finish(): Promise<void> {
    const { rows, digest } = this.checkpoint;
    await this.#flush({ done: [], rejected: [], rows, digest }, true);
  }

  async close(): Promise<void> {
    await Promise.all([this.out.close(), this.parking.close(), this.ledger.close()]);
  }

  async #flush({ done, rejected, rows, digest }: Outcome<ScoredRow>, complete: boolean): Promise<void> {
    const { bytes, notes } = await this.#pieceOf([...this.parking.rows, ...done], complete);
    await Promise.all([this.out.append(bytes), this.ledger.reject(rejected)]);
    await this.ledger.reach({
      rows,
      digest,
      scored: done.length,
      bytes: bytes.length,
      ...(notes !== undefined && { notes }),
      complete,
    });
    await this.parking.clear();
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
