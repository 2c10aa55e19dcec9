import type { Value } from '../onnx/graph.js';
import type { Operand } from './arithmetic.js';
import type { GraphContext } from './context.js';
import { adapterOutput } from './experts.js';

/** What a layer computes with besides its input. */
export interface LayerInputs {
  /** Added to the attention scores: 0 for text, very negative for padding; [batch, 1, 1, length]. */
  readonly attentionBias: Value;
  /** Weights of the adapters' columns (`gatesOf`); without them the adapters are left out. */
  readonly gates?: Value | undefined;
}

const MASKED = -1e9;

/** Which tokens are text: 1, padding: 0; [batch, length]. */
export function tokenMask({ g, spec }: GraphContext, ids: Value): Value {
  const padId = g.constant([], Int32Array.of(spec.encoder.padId));
  return g.cast(g.op('Not', [g.op('Equal', [ids, padId])]), 'float32');
}

export function attentionBias({ g }: GraphContext, mask: Value): Value {
  const padding = g.sub(g.scalar(1), mask);
  return g.unsqueeze(g.mul(padding, g.scalar(MASKED)), 1, 2);
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
  const fed = g.add(feedForward(context, `${layer}.ffn`, middle, inputs), middle);
  return context.layerNorm(`${layer}.ffn.norm`, fed, eps);
}

function attention(context: GraphContext, name: string, x: Value, inputs: LayerInputs): Value {
  const { g, spec, arithmetic } = context;
  const { hidden, heads } = spec.encoder;
  const perHead = (map: Value) => g.reshape(map, 0, 0, heads, hidden / heads);
  const operand = arithmetic.operand(g, x);
  const query = g.transpose(perHead(linear(context, `${name}.query`, operand, inputs)), 0, 2, 1, 3);
  const key = g.transpose(perHead(linear(context, `${name}.key`, operand)), 0, 2, 3, 1);
  const value = g.transpose(perHead(linear(context, `${name}.value`, operand, inputs)), 0, 2, 1, 3);
  const scores = g.mul(g.matMul(query, key), g.scalar(1 / Math.sqrt(hidden / heads)));
  const mixed = g.matMul(g.softmax(g.add(scores, inputs.attentionBias)), value);
  const joined = g.reshape(g.transpose(mixed, 0, 2, 1, 3), 0, 0, hidden);
  return linear(context, `${name}.output`, arithmetic.operand(g, joined), inputs);
}

function feedForward(context: GraphContext, name: string, x: Value, inputs: LayerInputs): Value {
  const { g, arithmetic } = context;
  const up = linear(context, `${name}.up`, arithmetic.operand(g, x), inputs);
  const active = g.op('Gelu', [up]);
  return linear(context, `${name}.down`, arithmetic.operand(g, active), inputs);
}

/** xW + b, and the adapters' share where there are gates. */
function linear(
  context: GraphContext,
  name: string,
  operand: Operand,
  { gates }: Partial<LayerInputs> = {},
): Value {
  const { g } = context;
  const y = g.add(operand(context.parameter(`${name}.weight`)), context.constant(`${name}.bias`));
  return gates === undefined ? y : g.add(y, adapterOutput(context, name, operand, gates));
}
