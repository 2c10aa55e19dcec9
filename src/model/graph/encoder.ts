import { beside, scaled } from '../matrix.js';
import type { Value } from '../onnx/graph.js';
import type { GraphContext } from './context.js';
import { adapted } from './experts.js';

/** Which tokens are text: 1, padding: 0; int32 [batch, length]. */
export function tokenMask({ g, spec }: GraphContext, ids: Value): Value {
  const padId = g.constant([], Int32Array.of(spec.encoder.padId));
  return g.cast(g.op('Not', [g.op('Equal', [ids, padId])]), 'int32');
}

/** Token and position embeddings, normalised: [batch, length, hidden]. */
export function embed(context: GraphContext, ids: Value): Value {
  const { g, spec, arithmetic } = context;
  const start = g.ints(spec.encoder.positionOffset);
  const end = g.add(start, g.op('Shape', [ids], { start: 1, end: 2 }));
  const positions = g.op('Slice', [context.constant('embeddings.position'), start, end, g.ints(0)]);
  const tokens = arithmetic.lookup(g, context.parameter('embeddings.word'), ids);
  return addAndNormalise(context, 'embeddings.norm', tokens, positions);
}

/** One post-LN layer: [batch, length, hidden] → the same. Without gates its adapters are left out. */
export function encoderLayer(
  context: GraphContext,
  index: number,
  x: Value,
  mask: Value,
  gates: Value | undefined,
): Value {
  const layer = `layer.${index}`;
  const attended = attention(context, `${layer}.attention`, x, mask, gates);
  const middle = addAndNormalise(context, `${layer}.attention.norm`, attended, x);
  const fed = feedForward(context, `${layer}.ffn`, middle, gates);
  return addAndNormalise(context, `${layer}.ffn.norm`, fed, middle);
}

function attention(context: GraphContext, name: string, x: Value, mask: Value, gates?: Value): Value {
  const { g, spec, arithmetic } = context;
  const { hidden, heads } = spec.encoder;
  // Queries, keys and values in one product; the queries carry the 1/√d of the scores.
  const scale = 1 / Math.sqrt(hidden / heads);
  const fused = (part: string) =>
    beside(
      scaled(context.parameter(`${name}.query.${part}`), scale),
      context.parameter(`${name}.key.${part}`),
      context.parameter(`${name}.value.${part}`),
    );
  const joined = arithmetic.linear(g, x, fused('weight'), fused('bias'));
  const [query, key, value] = g.thirds(joined);
  const inputs = [
    adapted(context, `${name}.query`, x, query, gates, scale),
    key,
    adapted(context, `${name}.value`, x, value, gates),
    undefined,
    mask,
  ];
  const mixed = g.contrib('MultiHeadAttention', inputs, { num_heads: heads, scale: { float: 1 } });
  return adaptedLinear(context, `${name}.output`, mixed, gates);
}

function feedForward(context: GraphContext, name: string, x: Value, gates?: Value): Value {
  const inner = context.g.contrib('Gelu', [adaptedLinear(context, `${name}.up`, x, gates)]);
  return adaptedLinear(context, `${name}.down`, inner, gates);
}

function adaptedLinear(context: GraphContext, name: string, x: Value, gates?: Value): Value {
  return adapted(context, name, x, context.linear(name, x), gates);
}

function addAndNormalise(context: GraphContext, norm: string, x: Value, y: Value): Value {
  const inputs = [x, y, context.constant(`${norm}.gain`), context.constant(`${norm}.bias`)];
  const epsilon = { float: context.spec.encoder.layerNormEps };
  return context.g.contrib('SkipLayerNormalization', inputs, { epsilon });
}
