import type { Database } from 'lmdb';
import type { Environment } from '../../environment.js';
import type { ViewBatch } from '../view.js';

/** The last offset applied of each topic and partition. */
export class Fence {
  private readonly applied: Database<number, [topic: string, partition: number]>;

  constructor(environment: Environment) {
    this.applied = environment.table('fences');
  }

  /** The values that are not applied yet; from now on they are. Only inside `Environment.write`. */
  admit<T>({ topic, partition, entries }: ViewBatch<T>): T[] {
    const last = this.applied.get([topic, partition]) ?? -1;
    const fresh = entries.filter(({ offset }) => offset > last);
    const end = fresh.at(-1);
    if (end !== undefined) this.applied.put([topic, partition], Number(end.offset));
    return fresh.map(({ value }) => value);
  }
}
