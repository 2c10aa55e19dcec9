import type { Value } from '../onnx/graph.js';
import { ffnExpertsOf } from '../spec.js';
import type { GraphContext } from './context.js';
import { mixedFeedForward } from './ffn-experts.js';
import type { LayerInputs } from './layer-inputs.js';
import { linear } from './linear.js';

/** The feed-forward network of a layer, dense or of experts: [batch, length, hidden] → the same. */
export function feedForward(context: GraphContext, layer: number, x: Value, inputs: LayerInputs): Value {
  const { g, spec, arithmetic } = context;
  const experts = ffnExpertsOf(spec, layer);
  if (experts !== undefined) return mixedFeedForward(context, experts, layer, x, inputs);
  const up = linear(context, `layer.${layer}.ffn.up`, arithmetic.operand(g, x), inputs.gates);
  const active = g.op('Gelu', [up]);
  return linear(context, `layer.${layer}.ffn.down`, arithmetic.operand(g, active), inputs.gates);
}
