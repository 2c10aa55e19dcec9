import { buildGraph } from '../model/graph.js';
import type { ModelSpec } from '../model/spec.js';
import type { TrainingText } from './gradient.js';
import type { Model } from './model.js';
import { runGraph } from './onnx-runner.js';

/** As `hiddenStates`, or a cache in front of it. */
export type HiddenStates = typeof hiddenStates;

/** What the network above the frozen layers reads of each text; the texts themselves where no layer is frozen. */
export async function networkInputs(
  model: Model,
  frozenLayers: number,
  texts: readonly Int32Array[],
  statesOf: HiddenStates = hiddenStates,
): Promise<Pick<TrainingText, 'ids' | 'hidden'>[]> {
  if (frozenLayers === 0) return texts.map((ids) => ({ ids, hidden: undefined }));
  const { encoder, experts } = model.spec;
  if (frozenLayers === encoder.layers && experts === null) {
    const means = await pooledStates(model, texts);
    return texts.map((ids, i) => ({ ids: ids.subarray(0, 1), hidden: means[i] }));
  }
  const states = await statesOf(model, frozenLayers, texts);
  return texts.map((ids, i) => ({ ids, hidden: states[i] }));
}

/**
 * Hidden states of texts after the model's first `layers` layers, without adapters: what the frozen part gives the
 * network. They are kept in memory, tokens · hidden · 4 bytes (1 KB a token at width 256).
 *
 * @returns for each text [tokens, hidden]
 */
export async function hiddenStates(
  { spec, parameters }: Model,
  layers: number,
  texts: readonly Int32Array[],
): Promise<Float32Array[]> {
  const graph = buildGraph({ spec, parameters, precision: 'fp32', output: { hidden: layers } });
  return outputsOf(graph, 'hidden', spec, texts);
}

/** What a dense model's head reads of each text, the mean of the last layer: a text of one token with this state reads alike. */
async function pooledStates(
  { spec, parameters }: Model,
  texts: readonly Int32Array[],
): Promise<Float32Array[]> {
  const graph = buildGraph({ spec, parameters, precision: 'fp32', output: 'pooled' });
  return outputsOf(graph, 'pooled', spec, texts);
}

async function outputsOf(
  graph: Uint8Array,
  name: string,
  { encoder }: ModelSpec,
  texts: readonly Int32Array[],
): Promise<Float32Array[]> {
  const states = new Array<Float32Array>(texts.length);
  await runGraph(graph, texts, encoder.padId, (index, output) => {
    states[index] = output.get(name) ?? new Float32Array(0);
  });
  return states;
}
