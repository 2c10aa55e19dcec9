import { buildGraph, type GraphOptions } from '../model/graph.js';
import type { ModelSpec } from '../model/spec.js';
import type { Prediction } from './metrics.js';
import type { Model, TokenisedExample } from './model.js';
import { runGraph, type TextOutput } from './onnx-runner.js';

/** A text's prediction with the weights of the experts (empty for a dense model). */
export interface RoutedPrediction extends Prediction {
  readonly experts: readonly number[];
}

export interface PredictOptions
  extends Partial<Pick<GraphOptions, 'precision' | 'temperature' | 'route' | 'form' | 'tokenRouting'>> {
  /** Called once a text, in no particular order, with all that the graph gives for it. */
  readonly onText?: (index: number, output: TextOutput) => void;
}

/** What a model says of labelled texts, by ONNX Runtime. */
export async function predict(
  model: Model,
  texts: readonly TokenisedExample[],
  { onText, ...options }: PredictOptions = {},
): Promise<RoutedPrediction[]> {
  const graph = buildGraph({ precision: 'fp32', ...options, ...model, output: 'scores' });
  return predictByGraph(graph, model.spec, texts, onText);
}

/** The same, of a graph that is there already. */
export async function predictByGraph(
  graph: Uint8Array,
  { encoder }: ModelSpec,
  texts: readonly TokenisedExample[],
  onText?: PredictOptions['onText'],
): Promise<RoutedPrediction[]> {
  const predictions = new Array<RoutedPrediction>(texts.length);
  const ids = texts.map((text) => text.ids);
  await runGraph(graph, ids, encoder.padId, (index, output) => {
    predictions[index] = {
      label: texts[index]?.label ?? 0,
      probabilities: [...(output.get('probabilities') ?? [])],
      experts: [...(output.get('expert_weights') ?? [])],
    };
    onText?.(index, output);
  });
  return predictions;
}
