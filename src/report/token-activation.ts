import type { FfnExpertsSpec } from '../model/spec.js';
import { argmax } from '../training/metrics.js';
import type { TokenisedExample } from '../training/model.js';
import { type Activation, ActivationCount } from './activation.js';
import type { Pieces } from './pieces.js';

/** Which feed-forward expert takes which tokens, layer by layer. */
export class TokenActivation {
  readonly #layers: readonly ActivationCount[];
  readonly #heaviest = new Map<number, number>();
  readonly experts: readonly string[];

  constructor(
    private readonly spec: FfnExpertsSpec,
    labels: readonly string[],
    pieces: Pieces,
  ) {
    this.experts = Array.from({ length: spec.count }, (_, i) => `expert ${i + 1}`);
    const kind = { unit: 'token', experts: this.experts } as const;
    this.#layers = spec.layers.map(
      (layer) => new ActivationCount({ ...kind, place: `Layer ${layer + 1}` }, labels, pieces),
    );
  }

  /** @param routing the graph's `token_routing` of the text: [tokens, layers · experts] */
  add(index: number, text: TokenisedExample, routing: Float32Array): void {
    this.#layers.forEach((layer, i) => {
      const weights = this.#sharesIn(i, routing, text.ids.length);
      layer.add(text, weights);
      if (i === this.#layers.length - 1) this.#heaviest.set(index, this.#heaviestOf(weights));
    });
  }

  results(): Activation[] {
    return this.#layers.map((layer) => layer.result());
  }

  /** The expert that takes most of a text's tokens in the last layer that has experts. */
  heaviest(index: number): number {
    return this.#heaviest.get(index) ?? 0;
  }

  /** A lone expert is weighed by its probability, which is no share: what each token gives is made to add up to 1. */
  #sharesIn(layer: number, routing: Float32Array, tokens: number): Float32Array {
    const { count, layers } = this.spec;
    const shares = new Float32Array(tokens * count);
    for (let token = 0; token < tokens; token++) {
      const from = (token * layers.length + layer) * count;
      const row = routing.subarray(from, from + count);
      const total = row.reduce((sum, weight) => sum + weight, 0);
      row.forEach((weight, expert) => {
        shares[token * count + expert] = total === 0 ? 0 : weight / total;
      });
    }
    return shares;
  }

  #heaviestOf(shares: Float32Array): number {
    const sums = this.experts.map((_, expert) =>
      shares.reduce((sum, share, i) => (i % this.experts.length === expert ? sum + share : sum), 0),
    );
    return argmax(sums);
  }
}
