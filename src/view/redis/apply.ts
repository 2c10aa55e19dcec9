import type { ViewBatch } from '../view.js';
import type { Connection } from './connection.js';
import { ALL, type Keys } from './keys.js';
import type { Script } from './script.js';

type Entries<T> = ViewBatch<T>['entries'];

/** One symbol's part of a batch, as a script takes it. */
export interface Call {
  readonly script: Script;
  /** Without the fence. */
  readonly keys: readonly string[];
  readonly values: readonly (string | number)[];
}

export interface BatchWork<T> {
  /** Whose keys a record changes: symbols, each once, and perhaps `*`. */
  symbolsOf(value: T): readonly string[];
  call(symbol: string, entries: Entries<T>): Call;
}

/**
 * Applies a batch once, symbol by symbol: in a cluster no script can reach them all. Each symbol has a fence of its own,
 * and `*` comes last, when all the others are done: its fence is that of the whole batch. So a batch that was cut short
 * can be repeated, by anyone, and each symbol takes what it has not had.
 */
export async function applyBatch<T>(
  connection: Connection,
  keys: Keys,
  { topic, partition, entries }: ViewBatch<T>,
  { symbolsOf, call }: BatchWork<T>,
): Promise<void> {
  const place = `${topic}/${partition}`;
  const applied = await connection.run((redis) => redis.hget(keys.fence(ALL), place));
  const fresh = entries.filter(({ offset }) => applied === null || offset > BigInt(applied));
  const last = fresh.at(-1);
  if (last === undefined) return;

  const apply = (symbol: string, own: Entries<T>) => {
    const { script, keys: others, values } = call(symbol, own);
    const head = [place, String(last.offset)];
    return connection.run((redis) =>
      script.run(redis, [keys.fence(symbol), ...others], [...head, ...values]),
    );
  };
  const groups = groupBySymbol(fresh, symbolsOf);
  const all = groups.get(ALL) ?? [];
  groups.delete(ALL);
  await Promise.all([...groups].map(([symbol, own]) => apply(symbol, own)));
  await apply(ALL, all);
}

function groupBySymbol<T>(entries: Entries<T>, symbolsOf: BatchWork<T>['symbolsOf']) {
  const groups = new Map<string, Entries<T>[number][]>();
  for (const entry of entries) {
    for (const symbol of symbolsOf(entry.value)) {
      const group = groups.get(symbol);
      if (group === undefined) groups.set(symbol, [entry]);
      else group.push(entry);
    }
  }
  return groups;
}
