import * as ort from 'onnxruntime-node';
import { type Parameter, type Parameters, parameterShapes } from '../../src/model/parameters.js';
import type { DomainLoraSpec, FfnExpertsSpec, ModelSpec } from '../../src/model/spec.js';

export const tinySpec: ModelSpec = {
  encoder: {
    vocabulary: 40,
    positions: 24,
    positionOffset: 2,
    layers: 3,
    hidden: 16,
    heads: 2,
    intermediate: 24,
    layerNormEps: 1e-5,
    padId: 1,
  },
  experts: null,
  labels: ['down', 'flat', 'up'],
  maxLength: 20,
};

export function withExperts(
  at: DomainLoraSpec['router']['at'],
  mix: DomainLoraSpec['router']['mix'],
): ModelSpec {
  const router = { at, hidden: 8, mix };
  return { ...tinySpec, experts: { kind: 'domain-lora', names: ['a', 'b', 'c'], rank: 2, alpha: 3, router } };
}

export function withFfnExperts(spec: ModelSpec, more: Partial<FfnExpertsSpec> = {}): ModelSpec {
  const ffnExperts = { kind: 'gated' as const, layers: [0, 2], count: 4, topK: 1, width: 10, ...more };
  return { ...spec, ffnExperts };
}

/** mulberry32, as standard normal values. */
export function normals(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Weights large enough that every parameter shows in the output. */
export function randomParameters(spec: ModelSpec, seed = 1): Parameters {
  const normal = normals(seed);
  const parameters = new Map<string, Parameter>();
  for (const [name, shape] of parameterShapes(spec)) {
    const size = shape.reduce((product, n) => product * n, 1);
    const around = /gain|temperature/.test(name) ? 1 : 0;
    const data = Float32Array.from({ length: size }, () => around + 0.3 * normal());
    parameters.set(name, { shape, data });
  }
  return parameters;
}

export type Outputs = Readonly<Record<string, Float32Array>>;

const sessions = new WeakMap<Uint8Array, Promise<ort.InferenceSession>>();

function sessionOf(graph: Uint8Array): Promise<ort.InferenceSession> {
  const known = sessions.get(graph);
  if (known !== undefined) return known;
  const session = ort.InferenceSession.create(graph, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  sessions.set(graph, session);
  return session;
}

/** Runs a graph on texts padded to the longest, or to `length`. */
export async function run(
  graph: Uint8Array,
  texts: readonly (readonly number[])[],
  padId: number,
  length = Math.max(...texts.map((ids) => ids.length)),
): Promise<Outputs> {
  const session = await sessionOf(graph);
  const ids = texts.flatMap((text) => [...text, ...new Array<number>(length - text.length).fill(padId)]);
  const input = new ort.Tensor('int32', Int32Array.from(ids), [texts.length, length]);
  const outputs = await session.run({ input_ids: input });
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { data }]) => {
      if (!(data instanceof Float32Array)) throw new Error(`${name} is not float32`);
      return [name, data];
    }),
  );
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} values against ${b.length}`);
  return Math.max(0, ...Array.from(a, (value, i) => Math.abs(value - (b[i] ?? Number.NaN))));
}
