import type { Value } from '../onnx/graph.js';
import { ffnExpertName } from '../parameters.js';
import type { FfnExpertsSpec } from '../spec.js';
import type { Operand } from './arithmetic.js';
import type { GraphContext } from './context.js';
import { byText, type LayerInputs } from './layer-inputs.js';
import { linear } from './linear.js';
import { dispatch, routeTokens, type TokenRouting, weightsByExpert } from './token-routing.js';

/**
 * The feed-forward experts of a layer, in standard operators: tokens are sorted by expert, so that an expert computes for
 * no others and none for padding, and the results are put back. [batch · length, hidden] → the same.
 */
export function mixedFeedForward(
  context: GraphContext,
  experts: FfnExpertsSpec,
  layer: number,
  x: Value,
  { mask, onTokenRouting }: LayerInputs,
): Value {
  const { g } = context;
  const { kind, count, topK } = experts;
  const routing = routeTokens(context, experts, layer, x);
  const { slots, sizes, placeOf } = dispatch(g, routing, mask, count);
  const tokens = topK === 1 ? slots : g.div(slots, g.int(topK));
  const results = context
    .operand(x)
    .rows(tokens)
    .split(sizes, count)
    .map((own, expert) => expertOutput(context, kind, ffnExpertName(layer, expert), own));
  onTokenRouting?.(layer, byText(g, weightsByExpert(g, routing, count), mask, count));
  return mix(context, topK, g.gather(g.concat(results, 0), placeOf), routing);
}

/** FFNₑ of the operand's rows. */
function expertOutput(context: GraphContext, kind: FfnExpertsSpec['kind'], name: string, x: Operand): Value {
  const { g } = context;
  const up = linear(context, `${name}.up`, x);
  const inner =
    kind === 'gated' ? g.mul(g.op('Gelu', [linear(context, `${name}.gate`, x)]), up) : g.op('Gelu', [up]);
  return linear(context, `${name}.down`, context.operand(inner));
}

/** Results [tokens · topK, hidden] → their weighted sum for each token. */
function mix(context: GraphContext, topK: number, results: Value, routing: TokenRouting): Value {
  const { g, spec } = context;
  const weights = context.fromFloat32(routing.weights);
  if (topK === 1) return g.mul(results, weights);
  const byToken = g.reshape(results, -1, topK, spec.encoder.hidden);
  return g.op('ReduceSum', [g.mul(byToken, g.unsqueeze(weights, 2)), g.ints(1)], { keepdims: 0 });
}
