import { beside } from '../matrix.js';
import type { Value } from '../onnx/graph.js';
import { ffnExpertName } from '../parameters.js';
import type { FfnExpertsSpec } from '../spec.js';
import type { Operand, RowGroups } from './arithmetic.js';
import type { GraphContext } from './context.js';
import { byText, type LayerInputs } from './layer-inputs.js';
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
  const { count, topK } = experts;
  const routing = routeTokens(context, experts, layer, x);
  const { slots, groups, placeOf } = dispatch(g, routing, mask, count);
  const tokens = topK === 1 ? slots : g.div(slots, g.int(topK));
  const names = Array.from({ length: count }, (_, expert) => ffnExpertName(layer, expert));
  const results = expertOutputs(context, experts, names, context.operand(x).rows(tokens), groups);
  onTokenRouting?.(layer, byText(g, weightsByExpert(g, routing, count), mask, count));
  return mix(context, topK, g.gather(results, placeOf), routing);
}

/** FFNₑ of the operand's rows, of each group by its expert. */
function expertOutputs(
  context: GraphContext,
  { kind, width }: FfnExpertsSpec,
  names: readonly string[],
  x: Operand,
  groups: RowGroups,
): Value {
  const { g } = context;
  const by = (...maps: string[]) =>
    names.map((name) => ({
      weight: beside(...maps.map((map) => context.parameter(`${name}.${map}.weight`))),
      bias: beside(...maps.map((map) => context.parameter(`${name}.${map}.bias`))),
    }));
  const inner = () => {
    if (kind === 'plain') return g.op('Gelu', [x.linearByGroup(groups, by('up'))]);
    const both = x.linearByGroup(groups, by('gate', 'up'));
    const columns = (from: number) => g.op('Slice', [both, g.ints(from), g.ints(from + width), g.ints(1)]);
    return g.mul(g.op('Gelu', [columns(0)]), columns(width));
  };
  return context.operand(inner()).linearByGroup(groups, by('down'));
}

/** Results [tokens · topK, hidden] → their weighted sum for each token. */
function mix(context: GraphContext, topK: number, results: Value, routing: TokenRouting): Value {
  const { g, spec } = context;
  const weights = context.fromFloat32(routing.weights);
  if (topK === 1) return g.mul(results, weights);
  const byToken = g.reshape(results, -1, topK, spec.encoder.hidden);
  return g.op('ReduceSum', [g.mul(byToken, g.unsqueeze(weights, 2)), g.ints(1)], { keepdims: 0 });
}
