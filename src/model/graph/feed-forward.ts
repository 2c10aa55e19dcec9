import type { Value } from '../onnx/graph.js';
import { ffnExpertsOf } from '../spec.js';
import type { GraphContext } from './context.js';
import { mixedFeedForward } from './ffn-experts.js';
import type { LayerInputs } from './layer-inputs.js';
import { linear } from './linear.js';

/** The feed-forward network of a layer, dense or of experts: [batch · length, hidden] → the same. */
export function feedForward(context: GraphContext, layer: number, x: Value, inputs: LayerInputs): Value {
  const experts = ffnExpertsOf(context.spec, layer);
  if (experts !== undefined) return mixedFeedForward(context, experts, layer, x, inputs);
  const up = linear(context, `layer.${layer}.ffn.up`, context.operand(x), inputs.gates);
  const active = context.g.op('Gelu', [up]);
  return linear(context, `layer.${layer}.ffn.down`, context.operand(active), inputs.gates);
}
