import type { Value } from '../onnx/graph.js';
import type { GraphContext } from './context.js';
import { feedForward } from './feed-forward.js';
import type { LayerInputs } from './layer-inputs.js';
import { linear } from './linear.js';

/** Which tokens are text: 1, padding: 0; [batch, length]. */
export function tokenMask({ g, spec }: GraphContext, ids: Value): Value {
  const padId = g.constant([], Int32Array.of(spec.encoder.padId));
  return g.cast(g.op('Not', [g.op('Equal', [ids, padId])]), 'float32');
}

/** Token and position embeddings, normalised: [batch, length, hidden]. */
export function embed(context: GraphContext, ids: Value): Value {
  const { g, spec, arithmetic } = context;
  const { positionOffset, layerNormEps } = spec.encoder;
  const length = g.squeeze(g.op('Shape', [ids], { start: 1, end: 2 }), 0);
  const first = g.int(positionOffset);
  const places = g.op('Range', [first, g.add(first, length), g.int(1)]);
  const positions = arithmetic.lookup(g, context.parameter('embeddings.position'), places);
  const tokens = arithmetic.lookup(g, context.parameter('embeddings.word'), ids);
  return context.layerNorm('embeddings.norm', g.add(tokens, positions), layerNormEps);
}

/** One post-LN layer: [batch, length, hidden] → the same. */
export function encoderLayer(context: GraphContext, index: number, x: Value, inputs: LayerInputs): Value {
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
  const { g, spec, arithmetic } = context;
  const { hidden, heads } = spec.encoder;
  const perHead = (map: Value) => g.reshape(map, 0, 0, heads, hidden / heads);
  const operand = arithmetic.operand(g, x);
  const query = g.transpose(perHead(linear(context, `${name}.query`, operand, inputs.gates)), 0, 2, 1, 3);
  const key = g.transpose(perHead(linear(context, `${name}.key`, operand)), 0, 2, 3, 1);
  const value = g.transpose(perHead(linear(context, `${name}.value`, operand, inputs.gates)), 0, 2, 1, 3);
  const scores = g.mul(g.matMul(query, key), g.scalar(1 / Math.sqrt(hidden / heads)));
  const mixed = g.matMul(g.softmax(g.add(scores, inputs.attentionBias)), value);
  const joined = g.reshape(g.transpose(mixed, 0, 2, 1, 3), 0, 0, hidden);
  return linear(context, `${name}.output`, arithmetic.operand(g, joined), inputs.gates);
}
