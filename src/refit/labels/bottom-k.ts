import type { Database } from 'lmdb';
import type { Environment } from '../../environment.js';

interface Cell {
  readonly size: number;
  /** From this rank on nothing is taken any more. */
  readonly limit: number;
}

const EMPTY: Cell = { size: 0, limit: Number.POSITIVE_INFINITY };

/**
 * The texts with the lowest ranks of each cell, `capacity` of them at most. Ranks drawn at random make it a reservoir: every
 * text of the cell so far is as likely to be in it as any other (bottom-k sampling, Cohen & Kaplan 2007). Ranks that fall
 * with time make it the latest texts.
 *
 * In a cell are exactly those texts that were put in and not taken out, and whose rank lies below the lowest ever refused.
 * So what is in it depends on which texts came, in no way on their order or on how often; and a text that was taken out
 * leaves its place empty, since filling it would prefer the texts that come later.
 *
 * Writes only inside `Environment.write`.
 */
export class BottomK {
  // Tables of all samples: an environment has room for a dozen.
  readonly #ranked: Database<true, [sample: string, cell: string, rank: number, key: string]>;
  readonly #cells: Database<Cell, [sample: string, cell: string]>;

  constructor(
    environment: Environment,
    private readonly name: string,
    private readonly capacity: number,
  ) {
    this.#ranked = environment.table('ranked');
    this.#cells = environment.table('cells');
  }

  /** Puts in a text that is not there. Returns the keys that had to go for it, which may be its own. */
  put(cell: string, rank: number, key: string): string[] {
    const { size, limit } = this.#cells.get([this.name, cell]) ?? EMPTY;
    if (rank >= limit) return [key];
    this.#ranked.put([this.name, cell, rank, key], true);
    return this.#shrink(cell, { size: size + 1, limit });
  }

  /** Takes out a text, if it is there. */
  remove(cell: string, rank: number, key: string): void {
    if (!this.has(cell, rank, key)) return;
    const { size, limit } = this.#cells.get([this.name, cell]) ?? EMPTY;
    this.#ranked.remove([this.name, cell, rank, key]);
    this.#cells.put([this.name, cell], { size: size - 1, limit });
  }

  has(cell: string, rank: number, key: string): boolean {
    return this.#ranked.doesExist([this.name, cell, rank, key]);
  }

  /** Every cell that has had a text, and how many it has. */
  sizes(): Map<string, number> {
    const range = { start: [this.name], end: [`${this.name}\0`] };
    return new Map([...this.#cells.getRange(range)].map(({ key: [, cell], value }) => [cell, value.size]));
  }

  /** The texts of a cell by rank, the lowest first. */
  keys(cell: string, count = this.capacity): string[] {
    const range = {
      start: [this.name, cell],
      end: [this.name, cell, Number.POSITIVE_INFINITY],
      limit: count,
    };
    return [...this.#ranked.getKeys(range).map(([, , , key]) => key)];
  }

  /** Also when the capacity is smaller than it was when the cell was filled. */
  #shrink(cell: string, { size, limit }: Cell): string[] {
    const range = {
      start: [this.name, cell, Number.POSITIVE_INFINITY],
      end: [this.name, cell],
      reverse: true,
    };
    const excess = Math.max(0, size - this.capacity);
    const gone = [...this.#ranked.getKeys({ ...range, limit: excess })];
    for (const key of gone) this.#ranked.remove(key);
    const lowest = gone.at(-1)?.[2] ?? limit;
    this.#cells.put([this.name, cell], { size: size - gone.length, limit: Math.min(limit, lowest) });
    return gone.map(([, , , key]) => key);
  }
}
