import type { Environment } from '../../environment.js';
import { BottomK } from './bottom-k.js';
import type { ArrivedLabel, JudgedLabel } from './buffered-label.js';
import { SampledLabels } from './sampled-labels.js';
import { chanceOf, keyOf } from './text-identity.js';

export interface KeptLabelsOptions {
  /** Labels kept of each label of each domain: so many of its whole history, and so many of the latest. */
  readonly perCell: number;
  /** Share of the texts that no refit learns from. */
  readonly holdoutShare: number;
  /** Of them, the latest of each domain that are kept. */
  readonly holdoutPerDomain: number;
  /** Of all that chance decides. */
  readonly seed: number;
}

/**
 * The labels to learn from, and those to measure by. On which side a text falls is decided by its hash: equal texts fall on
 * the same side, always.
 */
export class KeptLabels {
  readonly #reservoir: BottomK;
  readonly #latest: BottomK;
  readonly #holdout: BottomK;
  readonly #labels: SampledLabels<JudgedLabel>;

  constructor(
    environment: Environment,
    private readonly options: KeptLabelsOptions,
  ) {
    const { perCell, holdoutPerDomain } = options;
    this.#reservoir = new BottomK(environment, 'reservoir', perCell);
    this.#latest = new BottomK(environment, 'latest', perCell);
    this.#holdout = new BottomK(environment, 'holdout', holdoutPerDomain);
    this.#labels = new SampledLabels(environment, 'kept', (label) => this.#placesOf(label));
  }

  /** True for a text that no refit learns from. */
  isHoldout({ text }: Pick<ArrivedLabel, 'text'>): boolean {
    return chanceOf(text, this.options.seed).side < this.options.holdoutShare;
  }

  /** Only inside `Environment.write`; so are the other changes. */
  put(label: JudgedLabel): void {
    this.#labels.put(label);
  }

  remove(label: ArrivedLabel): void {
    if (this.has(label)) this.#labels.remove(keyOf(label.text));
  }

  has(label: ArrivedLabel): boolean {
    return this.#labels.has(label);
  }

  /**
   * At most `size` labels to learn from, as many of each label of each domain as there are, up to an equal share; half of
   * them the latest, half drawn from the whole history.
   */
  sample(size: number): JudgedLabel[] {
    const cells = [...this.#latest.sizes().keys()].map((cell) =>
      alternating(this.#latest.keys(cell), this.#reservoir.keys(cell)),
    );
    return this.#labels.all(inTurns(cells, size));
  }

  /** The latest labels to measure by, of each domain. */
  holdout(): JudgedLabel[] {
    return [...this.#holdout.sizes().keys()].flatMap((cell) => this.#labels.all(this.#holdout.keys(cell)));
  }

  /** The latest labels of either side, in the order in which they came. */
  newest(count: number): JudgedLabel[] {
    const newestOf = (sample: BottomK) =>
      [...sample.sizes().keys()].flatMap((cell) => this.#labels.all(sample.keys(cell, count)));
    const all = [...newestOf(this.#latest), ...newestOf(this.#holdout)];
    return all.sort((a, b) => a.number - b.number).slice(-count);
  }

  /** How many labels there are to learn from and to measure by, by domain and label and by domain. */
  counts(): {
    readonly learn: Readonly<Record<string, number>>;
    readonly holdout: Readonly<Record<string, number>>;
  } {
    const learn = [...this.#latest.sizes().keys()].map((cell) => {
      return [cell, new Set([...this.#latest.keys(cell), ...this.#reservoir.keys(cell)]).size] as const;
    });
    return { learn: Object.fromEntries(learn), holdout: Object.fromEntries(this.#holdout.sizes()) };
  }

  #placesOf(label: JudgedLabel) {
    const { domain, number } = label;
    if (this.isHoldout(label)) return [{ sample: this.#holdout, cell: domain, rank: -number }];
    const { rank } = chanceOf(label.text, this.options.seed);
    const cell = `${domain} ${label.label}`;
    return [
      { sample: this.#reservoir, cell, rank },
      { sample: this.#latest, cell, rank: -number },
    ];
  }
}

/** The keys of both, each once, one of each in turn. */
function alternating(one: readonly string[], other: readonly string[]): string[] {
  const longer = Math.max(one.length, other.length);
  return [...new Set(Array.from({ length: longer }, (_, i) => [one[i], other[i]]).flat())].filter(
    (key) => key !== undefined,
  );
}

/** The first of each list, then the second of each, and so on. */
function inTurns(lists: readonly (readonly string[])[], size: number): string[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  const turns = Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list[i] ?? []));
  return turns.flat().slice(0, size);
}
