import type { Value } from '../onnx/graph.js';
import type { DomainLoraSpec } from '../spec.js';
import type { GraphContext } from './context.js';

/**
 * Weights of the adapters' columns, for each token of `mask`: those of its text's experts in `mix` [batch, experts],
 * each repeated `rank` times. [batch · length, experts · rank]
 */
export function gatesOf(
  context: GraphContext,
  { names, rank }: DomainLoraSpec,
  mix: Value,
  mask: Value,
): Value {
  const { g } = context;
  const columns = names.length * rank;
  const repeat = Float32Array.from({ length: names.length * columns }, (_, i) =>
    Math.floor((i % columns) / rank) === Math.floor(i / columns) ? 1 : 0,
  );
  const ofTexts = context.fromFloat32(g.matMul(mix, g.constant([names.length, columns], repeat)));
  const shape = g.concat([g.op('Shape', [mask]), g.ints(columns)], 0);
  return g.reshape(g.op('Expand', [g.unsqueeze(ofTexts, 1), shape]), -1, columns);
}
