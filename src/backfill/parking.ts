import { createReadStream } from 'node:fs';
import type { Checkpoint } from './journal.js';
import { splitLines } from './lines.js';
import type { ScoredRow } from './scored-row.js';
import { FileSink, remove, trim } from './sink.js';

type Parked = NonNullable<Checkpoint['parked']>;

const NONE: Parked = { windows: 0, bytes: 0 };

/** Where windows lie that are too few for a piece of the output. */
export function parkingPath(out: string): string {
  return `${out}.parked.ndjson`;
}

/** Scored rows that wait until there are enough for a piece of the output: in memory, and on disk for a run that goes on. */
export class Parking {
  #file: FileSink | undefined;
  #rows: ScoredRow[] = [];
  #parked = NONE;

  /** @param path none for an output that is not gone on with */
  constructor(private readonly path?: string) {}

  /** Takes up what an earlier run has parked. */
  static async open(path: string, parked = NONE): Promise<Parking> {
    const parking = new Parking(path);
    parking.#parked = parked;
    if (parked.bytes === 0) {
      await remove(path);
      return parking;
    }
    await trim(path, parked.bytes);
    for await (const line of splitLines(createReadStream(path), path)) {
      parking.#rows.push(JSON.parse(line.toString()));
    }
    return parking;
  }

  get rows(): readonly ScoredRow[] {
    return this.#rows;
  }

  get parked(): Parked {
    return this.#parked;
  }

  /** Parks the rows of a window. */
  async add(rows: readonly ScoredRow[]): Promise<void> {
    const { windows, bytes } = this.#parked;
    const added = this.path === undefined ? 0 : await this.#append(this.path, rows);
    for (const row of rows) this.#rows.push(row);
    this.#parked = { windows: windows + 1, bytes: bytes + added };
  }

  /** Forgets the rows: they are in the output. */
  async clear(): Promise<void> {
    if (this.#parked.windows === 0) return;
    await this.close();
    if (this.path !== undefined) await remove(this.path);
    this.#rows = [];
    this.#parked = NONE;
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  /** Returns how many bytes the file has more. */
  async #append(path: string, rows: readonly ScoredRow[]): Promise<number> {
    const bytes = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    this.#file ??= new FileSink(path);
    await this.#file.append(bytes);
    return bytes.length;
  }
}
