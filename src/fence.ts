import type { Database } from 'lmdb';
import type { Environment } from './environment.js';

/** Records of one partition of a topic, in the order of their offsets. */
export interface Batch<T> {
  readonly topic: string;
  readonly partition: number;
  readonly entries: readonly { readonly offset: bigint; readonly value: T }[];
}

/** The last offset applied of each topic and partition. */
export class Fence {
  private readonly applied: Database<number, [topic: string, partition: number]>;

  constructor(environment: Environment) {
    this.applied = environment.table('fences');
  }

  /** The values that are not applied yet; from now on they are. Only inside `Environment.write`. */
  admit<T>({ topic, partition, entries }: Batch<T>): T[] {
    const last = this.applied.get([topic, partition]) ?? -1;
    const fresh = entries.filter(({ offset }) => offset > last);
    const end = fresh.at(-1);
    if (end !== undefined) this.applied.put([topic, partition], Number(end.offset));
    return fresh.map(({ value }) => value);
  }
}
