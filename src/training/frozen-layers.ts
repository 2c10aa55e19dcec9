import { buildGraph } from '../model/graph.js';
import type { Model } from './model.js';
import { runGraph } from './onnx-runner.js';

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
  const states = new Array<Float32Array>(texts.length);
  await runGraph(graph, texts, spec.encoder.padId, (index, output) => {
    states[index] = output.get('hidden') ?? new Float32Array(0);
  });
  return states;
}
