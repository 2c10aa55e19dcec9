import type { Parameters } from '../../src/model/parameters.js';
import type { Route } from '../../src/model/route.js';
import type { ModelSpec } from '../../src/model/spec.js';

type Vector = readonly number[];
type Matrix = readonly Vector[];

export interface ReferenceScore {
  readonly probabilities: Vector;
  readonly experts: Vector;
}

/** The model in plain float64 loops, one text at a time, written from the description in spec.ts alone. */
export class ReferenceModel {
  readonly #matrices = new Map<string, Matrix>();
  /** The weights of the feed-forward experts, one vector for each token in each layer that has them, as they come. */
  readonly tokenWeights: Vector[] = [];

  constructor(
    private readonly spec: ModelSpec,
    private readonly parameters: Parameters,
  ) {}

  score(ids: readonly number[], route: Route = 'router', temperature = 1): ReferenceScore {
    const { layers } = this.spec.encoder;
    const experts = this.spec.experts;
    if (experts === null) {
      return { probabilities: this.head(this.layers(this.embed(ids), 0, layers), temperature), experts: [] };
    }
    const first = experts.router.at === 'final' ? 0 : experts.router.at;
    const below = this.layers(this.embed(ids), 0, first);
    const routerInput = experts.router.at === 'final' ? this.layers(this.embed(ids), 0, layers) : below;
    const oneHot = (of: number) => experts.names.map((_, i) => (i === of ? 1 : 0));
    const weights = route === 'router' ? this.router(routerInput[0] ?? []) : oneHot(route.expert);
    const mix = experts.router.mix === 'top1' ? oneHot(weights.indexOf(Math.max(...weights))) : weights;
    return {
      probabilities: this.head(this.layers(below, first, layers, mix), temperature),
      experts: weights,
    };
  }

  embed(ids: readonly number[]): Matrix {
    const words = this.matrix('embeddings.word');
    const positions = this.matrix('embeddings.position');
    const sum = ids.map((id, i) =>
      plus(words[id] ?? [], positions[this.spec.encoder.positionOffset + i] ?? []),
    );
    return sum.map((row) => this.norm('embeddings.norm', row, this.spec.encoder.layerNormEps));
  }

  layers(x: Matrix, from: number, to: number, mix?: Vector): Matrix {
    let state = x;
    for (let i = from; i < to; i++) state = this.layer(i, state, mix);
    return state;
  }

  private layer(i: number, x: Matrix, mix?: Vector): Matrix {
    const name = `layer.${i}`;
    const eps = this.spec.encoder.layerNormEps;
    const attended = this.attention(`${name}.attention`, x, mix);
    const middle = attended.map((row, i) => this.norm(`${name}.attention.norm`, plus(row, x[i] ?? []), eps));
    const routed = this.spec.ffnExperts?.layers.includes(i);
    return middle.map((row) => {
      const fed = routed
        ? this.mixedFeedForward(`${name}.ffn`, row)
        : this.feedForward(`${name}.ffn`, row, mix);
      return this.norm(`${name}.ffn.norm`, plus(fed, row), eps);
    });
  }

  private feedForward(name: string, x: Vector, mix?: Vector): Vector {
    return this.linear(`${name}.down`, this.linear(`${name}.up`, x, mix).map(gelu), mix);
  }

  /** All experts on every token. */
  private mixedFeedForward(name: string, x: Vector): Vector {
    const weights = this.routeToken(name, x);
    this.tokenWeights.push(weights);
    const outputs = weights.map((weight, e) => {
      const expert = `${name}.expert.${e}`;
      const output =
        this.spec.ffnExperts?.kind === 'gated' ? this.gated(expert, x) : this.feedForward(expert, x);
      return output.map((v) => v * weight);
    });
    return sumOf(outputs);
  }

  private gated(name: string, x: Vector): Vector {
    const gate = this.linear(`${name}.gate`, x).map(gelu);
    const inner = this.linear(`${name}.up`, x).map((v, i) => v * (gate[i] ?? Number.NaN));
    return this.linear(`${name}.down`, inner);
  }

  private routeToken(name: string, x: Vector): Vector {
    const { topK = 0 } = this.spec.ffnExperts ?? {};
    const probabilities = softmax(times(x, this.matrix(`${name}.router.weight`)));
    const least = probabilities.toSorted((a, b) => b - a)[topK - 1] ?? Number.NaN;
    const chosen = probabilities.map((p) => (p >= least ? p : 0));
    const sum = topK === 1 ? 1 : chosen.reduce((a, b) => a + b);
    return chosen.map((p) => p / sum);
  }

  private attention(name: string, x: Matrix, mix?: Vector): Matrix {
    const { hidden, heads } = this.spec.encoder;
    const width = hidden / heads;
    const map = (part: string, gates?: Vector) => x.map((row) => this.linear(`${name}.${part}`, row, gates));
    const [queries, keys, values] = [map('query', mix), map('key'), map('value', mix)];
    return queries.map((query) => {
      const joined = Array.from({ length: heads }, (_, head) => {
        const part = (row: Vector) => row.slice(head * width, (head + 1) * width);
        const weights = softmax(keys.map((key) => dot(part(query), part(key)) / Math.sqrt(width)));
        return sumOf(values.map((value, i) => part(value).map((v) => v * (weights[i] ?? 0))));
      });
      return this.linear(`${name}.output`, joined.flat(), mix);
    });
  }

  /** xW + b + s·Σ mixᵢ · (xAᵢ)Bᵢ, expert by expert. */
  private linear(name: string, x: Vector, mix?: Vector): Vector {
    const y = plus(times(x, this.matrix(`${name}.weight`)), this.vector(`${name}.bias`));
    if (mix === undefined || this.spec.experts === null) return y;
    const { rank, alpha } = this.spec.experts;
    const a = this.matrix(`${name}.adapter.a`);
    const b = this.matrix(`${name}.adapter.b`);
    const outputs = mix.map((weight, expert) => {
      const own = (row: Vector) => row.slice(expert * rank, (expert + 1) * rank);
      const inner = times(x, a.map(own));
      return times(inner, b.slice(expert * rank, (expert + 1) * rank)).map(
        (v) => (v * weight * alpha) / rank,
      );
    });
    return sumOf([y, ...outputs]);
  }

  private router(cls: Vector): Vector {
    const inner = this.norm('router.norm', this.linear('router.hidden', cls), 1e-5).map((v) =>
      Math.max(v, 0),
    );
    const temperature = Math.max(this.vector('router.temperature')[0] ?? 1, 0.1);
    return softmax(this.linear('router.output', inner).map((v) => v / temperature));
  }

  private head(hidden: Matrix, temperature: number): Vector {
    const mean = sumOf(hidden).map((v) => v / hidden.length);
    return softmax(this.linear('head', mean).map((v) => v / temperature));
  }

  private norm(name: string, x: Vector, eps: number): Vector {
    const mean = x.reduce((a, b) => a + b, 0) / x.length;
    const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length;
    const gain = this.vector(`${name}.gain`);
    const bias = this.vector(`${name}.bias`);
    return x.map((v, i) => ((v - mean) / Math.sqrt(variance + eps)) * (gain[i] ?? 0) + (bias[i] ?? 0));
  }

  private vector(name: string): Vector {
    return Array.from(this.parameters.get(name)?.data ?? []);
  }

  private matrix(name: string): Matrix {
    const known = this.#matrices.get(name);
    if (known !== undefined) return known;
    const { shape, data } = this.parameters.get(name) ?? { shape: [0, 0], data: [] };
    const [rows = 0, width = 0] = shape;
    const matrix = Array.from({ length: rows }, (_, i) => Array.from(data.slice(i * width, (i + 1) * width)));
    this.#matrices.set(name, matrix);
    return matrix;
  }
}

const plus = (a: Vector, b: Vector): Vector => a.map((v, i) => v + (b[i] ?? Number.NaN));
const dot = (a: Vector, b: Vector): number => a.reduce((sum, v, i) => sum + v * (b[i] ?? Number.NaN), 0);
const sumOf = (rows: readonly Vector[]): Vector => rows.reduce(plus);
const times = (x: Vector, w: Matrix): Vector =>
  sumOf(w.map((row, i) => row.map((v) => v * (x[i] ?? Number.NaN))));

function softmax(x: Vector): Vector {
  const powers = x.map((v) => Math.exp(v - Math.max(...x)));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((v) => v / total);
}

const gelu = (x: number): number => (x * (1 + erf(x / Math.SQRT2))) / 2;

/** 2/√π · Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)): exact to rounding for |x| < 4, beyond which erf is ±1 to 1e-8. */
function erf(x: number): number {
  if (Math.abs(x) >= 4) return Math.sign(x);
  let [power, sum] = [x, x];
  for (let n = 1; n < 100; n++) {
    power *= (-x * x) / n;
    sum += power / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
