import type { Value } from '../onnx/graph.js';
import type { GraphContext } from './context.js';
import { feedForward } from './feed-forward.js';
import type { LayerInputs } from './layer-inputs.js';
import { linear } from './linear.js';

/** Which tokens are text: 1, padding: 0; float32 [batch, length]. */
export function tokenMask({ g, spec }: GraphContext, ids: Value): Value {
  const padId = g.constant([], Int32Array.of(spec.encoder.padId));
  return g.cast(g.op('Not', [g.op('Equal', [ids, padId])]), 'float32');
}

/** Token and position embeddings, normalised: a row for each token, [batch · length, hidden]. */
export function embed(context: GraphContext, ids: Value): Value {
  const { g, spec, arithmetic } = context;
  const { hidden, positionOffset, layerNormEps } = spec.encoder;
  const length = g.squeeze(g.op('Shape', [ids], { start: 1, end: 2 }), 0);
  const first = g.int(positionOffset);
  const places = g.op('Range', [first, g.add(first, length), g.int(1)]);
  const positions = arithmetic.lookup(g, context.parameter('embeddings.position'), places);
  const tokens = arithmetic.lookup(g, context.parameter('embeddings.word'), ids);
  const rows = g.reshape(g.add(tokens, positions), -1, hidden);
  return context.layerNorm('embeddings.norm', rows, layerNormEps);
}

/** The layers `from` to before `to`: [batch · length, hidden] → the same. */
export function encoderLayers(
  context: GraphContext,
  x: Value,
  inputs: LayerInputs,
  from: number,
  to: number,
): Value {
  let state = x;
  for (let i = from; i < to; i++) state = encoderLayer(context, i, state, inputs);
  return state;
}

/** One post-LN layer. */
function encoderLayer(context: GraphContext, index: number, x: Value, inputs: LayerInputs): Value {
  // Add and LayerNormalization: SkipLayerNormalization, which does both, takes six times as long on a CPU.
  const { g, spec } = context;
  const eps = spec.encoder.layerNormEps;
  const layer = `layer.${index}`;
  const attended = g.add(attention(context, `${layer}.attention`, x, inputs), x);
  const middle = context.layerNorm(`${layer}.attention.norm`, attended, eps);
  const fed = g.add(feedForward(context, index, middle, inputs), middle);
  return context.layerNorm(`${layer}.ffn.norm`, fed, eps);
}

function attention(context: GraphContext, name: string, x: Value, inputs: LayerInputs): Value {
  const { g, spec } = context;
  const { hidden, heads } = spec.encoder;
  const perHead = (rows: Value, ...axes: number[]) =>
    g.transpose(g.op('Reshape', [rows, inputs.headShape]), ...axes);
  const operand = context.operand(x);
  const query = perHead(linear(context, `${name}.query`, operand, inputs.gates), 0, 2, 1, 3);
  // The key's bias would add the same to all scores of a query, which the softmax does not see.
  const key = perHead(operand.times(context.parameter(`${name}.key.weight`)), 0, 2, 3, 1);
  const value = perHead(linear(context, `${name}.value`, operand, inputs.gates), 0, 2, 1, 3);
  const scores = g.matMul(g.mul(query, context.scalar(1 / Math.sqrt(hidden / heads))), key);
  // In float32 also where states are halves: providers differ in how they sum halves.
  const weights = g.softmax(g.add(context.toFloat32(scores), inputs.attentionBias));
  const mixed = g.transpose(g.matMul(context.fromFloat32(weights), value), 0, 2, 1, 3);
  return linear(context, `${name}.output`, context.operand(g.reshape(mixed, -1, hidden)), inputs.gates);
}
