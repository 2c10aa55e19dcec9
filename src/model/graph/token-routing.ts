import { MoodtapeError } from '../../errors.js';
import type { OnnxGraph, Value } from '../onnx/graph.js';
import type { FfnExpertsSpec } from '../spec.js';
import type { GraphContext } from './context.js';
import { placesOf } from './grouping.js';

/** The experts of each token, the most likely first, and their weights in the mix: both [tokens, topK]. */
export interface TokenRouting {
  readonly experts: Value;
  readonly weights: Value;
}

/** Routes the tokens x [tokens, hidden], padding too, in float32. */
export function routeTokens(
  context: GraphContext,
  { topK }: FfnExpertsSpec,
  layer: number,
  x: Value,
): TokenRouting {
  const { g } = context;
  const probabilities = g.softmax(
    g.matMul(context.toFloat32(x), context.inFloat32().constant(`layer.${layer}.ffn.router.weight`)),
  );
  const [chosen, experts] = g.ops('TopK', [probabilities, g.ints(topK)], {}, 2);
  if (chosen === undefined || experts === undefined)
    throw new MoodtapeError('MT_INTERNAL', 'TopK has two outputs');
  if (topK === 1) return { experts, weights: chosen };
  return { experts, weights: g.div(chosen, g.op('ReduceSum', [chosen, g.ints(1)], { keepdims: 1 })) };
}

/** Which tokens go to which expert. A slot is a token's place at one of its experts: slot = token · topK + rank. */
export interface Dispatch {
  /** The slots in the order of their experts; padding has none. */
  readonly slots: Value;
  /** Slots of each expert: int64 [experts]. */
  readonly sizes: Value;
  /** For each slot its place among `slots`; 0 for padding. */
  readonly placeOf: Value;
}

/** Sorts the slots by expert; padding (0 in `mask` [batch, length]) goes to none. */
export function dispatch(g: OnnxGraph, { experts }: TokenRouting, mask: Value, count: number): Dispatch {
  const isText = g.reshape(g.cast(mask, 'bool'), -1, 1);
  const expertOf = g.reshape(g.op('Where', [isText, experts, g.int(count)]), -1);
  const all = g.ints(...Array.from({ length: count }, (_, expert) => expert));
  const goesTo = g.cast(g.op('Equal', [g.unsqueeze(expertOf, 1), all]), 'int64');
  const sizes = g.op('ReduceSum', [goesTo, g.ints(0)], { keepdims: 0 });
  const total = g.op('ReduceSum', [sizes], { keepdims: 1 });
  const [, slots] = g.ops('TopK', [expertOf, total], { largest: 0 }, 2);
  if (slots === undefined) throw new MoodtapeError('MT_INTERNAL', 'TopK has two outputs');
  return { slots, sizes, placeOf: placesOf(g, slots, expertOf) };
}

/** The weights of all experts, 0 of those that a token does not go to: [tokens, experts]. */
export function weightsByExpert(g: OnnxGraph, { experts, weights }: TokenRouting, count: number): Value {
  const tokens = g.op('Shape', [weights], { start: 0, end: 1 });
  const zeros = g.op('Expand', [g.scalar(0), g.concat([tokens, g.ints(count)], 0)]);
  return g.op('ScatterElements', [zeros, experts, weights], { axis: 1 });
}
