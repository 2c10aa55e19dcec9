import type { Database } from 'lmdb';
import type { Environment } from '../../environment.js';
import type { BottomK } from './bottom-k.js';
import type { ArrivedLabel, JudgedLabel } from './buffered-label.js';
import { keyOf } from './text-identity.js';

/** Where a label belongs in one of the samples. */
export interface Place {
  readonly sample: BottomK;
  readonly cell: string;
  readonly rank: number;
}

/** Labels by the key of their text, each kept as long as one of its samples has it. Writes only inside `Environment.write`. */
export class SampledLabels<L extends JudgedLabel> {
  readonly #labels: Database<L, string>;

  constructor(
    environment: Environment,
    name: string,
    /** All samples that a label belongs to. */
    private readonly placesOf: (label: L) => readonly Place[],
  ) {
    this.#labels = environment.table(name);
  }

  /** Puts a label in, in the place of an earlier one of the same text. */
  put(label: L): void {
    const key = keyOf(label.text);
    this.remove(key);
    this.#labels.put(key, label);
    const places = this.placesOf(label);
    for (const gone of places.flatMap(({ sample, cell, rank }) => sample.put(cell, rank, key))) {
      this.#forgetUnsampled(gone);
    }
  }

  /** Takes a text's label out, if there is one. */
  remove(key: string): void {
    const label = this.#labels.get(key);
    if (label === undefined) return;
    this.#labels.remove(key);
    for (const { sample, cell, rank } of this.placesOf(label)) sample.remove(cell, rank, key);
  }

  /** True when the label of its text is this one and no other. */
  has(label: ArrivedLabel): boolean {
    return this.#labels.get(keyOf(label.text))?.number === label.number;
  }

  /** Those that there are, in the order of the keys. */
  all(keys: readonly string[]): L[] {
    return keys.flatMap((key) => this.#labels.get(key) ?? []);
  }

  #forgetUnsampled(key: string): void {
    const label = this.#labels.get(key);
    if (label === undefined) return;
    const sampled = this.placesOf(label).some(({ sample, cell, rank }) => sample.has(cell, rank, key));
    if (!sampled) this.#labels.remove(key);
  }
}
