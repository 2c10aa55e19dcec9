import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { z } from 'zod';
import { splitLines } from './lines.js';

/** How items are put in order, and those of one key together. */
export interface Order<T> {
  readonly schema: z.ZodType<T>;
  readonly keyOf: (item: T) => string;
  /** Two items of the same key as one. */
  readonly together: (one: T, other: T) => T;
}

/** More items than memory holds, sorted: batches of them lie on disk, each in order, and are merged when they are read. */
export class SortedRuns<T> {
  readonly #files: string[] = [];

  private constructor(
    private readonly folder: string,
    private readonly order: Order<T>,
  ) {}

  /** @param beside path that the folder of the batches begins with; it goes when the runs are closed */
  static async open<T>(beside: string, order: Order<T>): Promise<SortedRuns<T>> {
    return new SortedRuns(await mkdtemp(`${beside}.`), order);
  }

  /** Adds a batch, of different keys. */
  async add(items: readonly T[]): Promise<void> {
    const { keyOf } = this.order;
    const sorted = items
      .map((item) => ({ key: keyOf(item), item }))
      .sort((a, b) => compare(a.key, b.key))
      .map(({ item }) => `${JSON.stringify(item)}\n`);
    const file = join(this.folder, String(this.#files.length));
    await pipeline(sorted, createWriteStream(file));
    this.#files.push(file);
  }

  /** All items in order, each key once. */
  async *merged(): AsyncGenerator<T> {
    const { keyOf, together } = this.order;
    const heads: Head<T>[] = [];
    for (const file of this.#files) {
      const head = await nextOf(this.#items(file), keyOf);
      if (head !== undefined) heads.push(head);
    }
    while (heads.length > 0) {
      const key = heads.reduce(
        (least, head) => (compare(head.key, least) < 0 ? head.key : least),
        heads[0]?.key ?? '',
      );
      const parts = heads.filter((head) => head.key === key);
      yield parts.map(({ item }) => item).reduce(together);
      for (const part of parts) {
        const head = await nextOf(part.rest, keyOf);
        heads.splice(heads.indexOf(part), 1, ...(head === undefined ? [] : [head]));
      }
    }
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  async *#items(file: string): AsyncGenerator<T> {
    for await (const line of splitLines(createReadStream(file), file)) {
      yield this.order.schema.parse(JSON.parse(line.toString()));
    }
  }
}

/** The first item of a batch that is left. */
interface Head<T> {
  readonly key: string;
  readonly item: T;
  readonly rest: AsyncIterator<T>;
}

async function nextOf<T>(rest: AsyncIterator<T>, keyOf: (item: T) => string): Promise<Head<T> | undefined> {
  const next = await rest.next();
  return next.done ? undefined : { key: keyOf(next.value), item: next.value, rest };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
