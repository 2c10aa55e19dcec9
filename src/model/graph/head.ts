import type { Value } from '../onnx/graph.js';
import type { GraphContext } from './context.js';
import { byText } from './layer-inputs.js';
import { linear } from './linear.js';

/** Mean over the tokens of `mask`, in float32: [batch · length, hidden] → [batch, hidden]. */
export function pool(context: GraphContext, rows: Value, mask: Value): Value {
  const { g, spec } = context;
  const states = byText(g, context.toFloat32(rows), mask, spec.encoder.hidden);
  const sum = g.squeeze(g.matMul(g.unsqueeze(mask, 1), states), 1);
  const count = g.op('ReduceSum', [mask, g.ints(1)], { keepdims: 1 });
  return g.div(sum, count);
}

/** Linear head on the pooled states, softmax at `temperature`: [batch, labels]. */
export function classify(context: GraphContext, pooled: Value, temperature: number): Value {
  const { g } = context;
  const exact = context.inFloat32();
  const logits = linear(exact, 'head', exact.operand(pooled));
  return g.softmax(g.mul(logits, g.scalar(1 / temperature)));
}
