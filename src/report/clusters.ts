import { buildGraph, type GraphOptions, type Precision } from '../model/graph.js';
import type { Model, TokenisedExample } from '../training/model.js';
import { runGraph } from '../training/onnx-runner.js';
import { derive, shuffle } from '../training/random.js';
import { type Projection, principalPlane } from './pca.js';

/** The pooled states of some texts, by every way through the model, on one plane. */
export interface Clusters {
  readonly explained: Projection['explained'];
  /** The texts, by their index in the data. */
  readonly texts: readonly number[];
  /** `routed` as the model scores, then each expert alone; points in the order of the texts. */
  readonly ways: readonly { readonly name: string; readonly points: Projection['points'] }[];
}

/** More points would hide each other. */
const SAMPLE = 600;

export function sampleOf(count: number, most = SAMPLE): number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  return shuffle(all, derive(13, 'clusters'))
    .slice(0, most)
    .sort((a, b) => a - b);
}

export async function clustersOf(
  model: Model,
  texts: readonly TokenisedExample[],
  precision: Precision,
  onText: () => void,
): Promise<Clusters> {
  const sample = sampleOf(texts.length);
  const ids = sample.map((index) => texts[index]?.ids ?? new Int32Array());
  const ways = waysOf(model);
  const states: Float32Array[] = [];
  for (const { route } of ways)
    states.push(...(await pooledStates(model, ids, { precision, route }, onText)));
  const { explained, points } = principalPlane(states);
  return {
    explained,
    texts: sample,
    ways: ways.map(({ name }, i) => ({ name, points: points.slice(i * ids.length, (i + 1) * ids.length) })),
  };
}

/** Passes through the model that `clustersOf` makes of each text of its sample. */
export function waysOf({
  spec,
}: Pick<Model, 'spec'>): { name: string; route: NonNullable<GraphOptions['route']> }[] {
  const alone = spec.experts?.names.map((name, expert) => ({ name, route: { expert } })) ?? [];
  return [{ name: 'routed', route: 'router' }, ...alone];
}

async function pooledStates(
  model: Model,
  texts: readonly Int32Array[],
  options: Pick<GraphOptions, 'precision' | 'route'>,
  onText: () => void,
): Promise<Float32Array[]> {
  const graph = buildGraph({ ...model, ...options, output: 'pooled' });
  const states = new Array<Float32Array>(texts.length);
  await runGraph(graph, texts, model.spec.encoder.padId, (index, output) => {
    states[index] = output.get('pooled') ?? new Float32Array();
    onText();
  });
  return states;
}
