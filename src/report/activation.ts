import type { TokenisedExample } from '../training/model.js';
import type { Pieces } from './pieces.js';

/** Mean weights of the experts over some texts or tokens; they add up to 1. */
export interface Shares {
  readonly name: string;
  /** Texts, or tokens where experts are chosen token by token. */
  readonly n: number;
  readonly weights: readonly number[];
}

/** Which expert takes what. */
export interface Activation {
  /** Where the experts are. */
  readonly place: string;
  /** Whether an expert is chosen for a whole text or for each token. */
  readonly unit: 'text' | 'token';
  readonly experts: readonly string[];
  readonly all: Shares;
  readonly byLabel: readonly Shares[];
  readonly byDomain: readonly Shares[];
  /** For each expert the words (tokens with a letter) of which it takes more than it does of all. */
  readonly byToken: readonly (readonly Shares[])[];
}

/** Words that are shown of an expert. */
const WORDS = 12;
/** Rare tokens are held back: their weights count as if so many more had the mean weight of all. */
const PRIOR = 10;

/** Adds up the weights of the experts, text by text. */
export class ActivationCount {
  readonly #all: Sums;
  readonly #labels = new Map<number, Sums>();
  readonly #domains = new Map<string, Sums>();
  readonly #tokens = new Map<number, Sums>();

  constructor(
    private readonly kind: Pick<Activation, 'place' | 'unit' | 'experts'>,
    private readonly labels: readonly string[],
    private readonly pieces: Pieces,
  ) {
    this.#all = new Sums(kind.experts.length);
  }

  /** @param weights of the experts, one row for the text or one for each of its tokens, as the unit says */
  add({ ids, label, domain }: TokenisedExample, weights: ArrayLike<number>): void {
    const perToken = this.kind.unit === 'token';
    const places = Array.from(ids, (_, i) => i).filter((i) => !this.pieces.isSpecial(ids[i] ?? 0));
    const groups = [this.#all, this.#of(this.#labels, label), this.#of(this.#domains, domain)];
    // A text that says a word twice is still one text.
    const seen = new Set<number>();
    for (const place of places) {
      const id = ids[place] ?? 0;
      if (perToken) for (const group of groups) group.add(weights, place);
      if (perToken || !seen.has(id)) this.#of(this.#tokens, id).add(weights, perToken ? place : 0);
      seen.add(id);
    }
    if (!perToken) for (const group of groups) group.add(weights, 0);
  }

  result(): Activation {
    const all = this.#all.shares('all');
    const tokens = [...this.#tokens].map(([id, sums]) => sums.shares(this.pieces.of(id)));
    const words = tokens.filter(({ name }) => /\p{L}/u.test(name));
    const lift = ({ n, weights }: Shares, expert: number) =>
      (n * ((weights[expert] ?? 0) - (all.weights[expert] ?? 0))) / (n + PRIOR);
    return {
      ...this.kind,
      all,
      byLabel: this.labels.map((name, label) => this.#of(this.#labels, label).shares(name)),
      byDomain: [...this.#domains].map(([name, sums]) => sums.shares(name || 'unknown')).sort(byName),
      byToken: this.kind.experts.map((_, expert) =>
        words
          .filter((token) => lift(token, expert) > 0)
          .sort((a, b) => lift(b, expert) - lift(a, expert) || byName(a, b))
          .slice(0, WORDS),
      ),
    };
  }

  #of<Key>(sums: Map<Key, Sums>, key: Key): Sums {
    const known = sums.get(key) ?? new Sums(this.kind.experts.length);
    sums.set(key, known);
    return known;
  }
}

const byName = (a: Shares, b: Shares) => (a.name < b.name ? -1 : Number(a.name > b.name));

class Sums {
  #n = 0;
  readonly #weights: Float64Array;

  constructor(experts: number) {
    this.#weights = new Float64Array(experts);
  }

  add(weights: ArrayLike<number>, row: number): void {
    const experts = this.#weights.length;
    this.#n++;
    for (let i = 0; i < experts; i++)
      this.#weights[i] = (this.#weights[i] ?? 0) + (weights[row * experts + i] ?? 0);
  }

  shares(name: string): Shares {
    return { name, n: this.#n, weights: Array.from(this.#weights, (sum) => sum / Math.max(1, this.#n)) };
  }
}
