import type { Value } from '../onnx/graph.js';
import { ffnExpertName } from '../parameters.js';
import type { FfnExpertsSpec } from '../spec.js';
import type { Operand } from './arithmetic.js';
import type { GraphContext } from './context.js';
import type { LayerInputs } from './layer-inputs.js';
import { linear } from './linear.js';
import { dispatch, routeTokens, type TokenRouting, weightsByExpert } from './token-routing.js';

/**
 * The feed-forward experts of a layer, in standard operators: the tokens of each expert are gathered, so that it
 * computes for no others and none for padding, and the results are gathered back. [batch, length, hidden] → the same.
 */
export function mixedFeedForward(
  context: GraphContext,
  experts: FfnExpertsSpec,
  layer: number,
  x: Value,
  { mask, onTokenRouting }: LayerInputs,
): Value {
  const { g, spec, arithmetic } = context;
  const { kind, count, topK } = experts;
  const { hidden } = spec.encoder;
  const tokens = g.reshape(x, -1, hidden);
  const routing = routeTokens(context, experts, layer, tokens);
  const { slotsOf, rowOf } = dispatch(g, routing, mask, count);
  const operand = arithmetic.operand(g, tokens);
  const results = slotsOf.map((slots, expert) => {
    const taken = topK === 1 ? slots : g.div(slots, g.int(topK));
    return expertOutput(context, kind, ffnExpertName(layer, expert), operand.rows(taken));
  });
  const mixed = mix(context, topK, g.gather(g.concat(results, 0), rowOf), routing);
  const byText = (rows: Value, width: number) =>
    g.op('Reshape', [rows, g.concat([g.op('Shape', [mask]), g.ints(width)], 0)]);
  onTokenRouting?.(layer, byText(weightsByExpert(g, routing, count), count));
  return byText(mixed, hidden);
}

/** FFNₑ of the operand's rows. */
function expertOutput(context: GraphContext, kind: FfnExpertsSpec['kind'], name: string, x: Operand): Value {
  const { g, arithmetic } = context;
  const up = linear(context, `${name}.up`, x);
  const inner =
    kind === 'gated' ? g.mul(g.op('Gelu', [linear(context, `${name}.gate`, x)]), up) : g.op('Gelu', [up]);
  return linear(context, `${name}.down`, arithmetic.operand(g, inner, 1));
}

/** Results [tokens · topK, hidden] → their weighted sum for each token. */
function mix({ g, spec }: GraphContext, topK: number, results: Value, { weights }: TokenRouting): Value {
  if (topK === 1) return g.mul(results, weights);
  const byToken = g.reshape(results, -1, topK, spec.encoder.hidden);
  return g.op('ReduceSum', [g.mul(byToken, g.unsqueeze(weights, 2)), g.ints(1)], { keepdims: 0 });
}
