import type { Value } from '../onnx/graph.js';
import type { GraphContext } from './context.js';

/** Mean over the tokens of `mask`: [batch, length, hidden] → [batch, hidden]. */
export function pool({ g }: GraphContext, hidden: Value, mask: Value): Value {
  const sum = g.squeeze(g.matMul(g.unsqueeze(mask, 1), hidden), 1);
  const count = g.op('ReduceSum', [mask, g.ints(1)], { keepdims: 1 });
  return g.div(sum, count);
}

/** Linear head on the pooled states, softmax at `temperature`: [batch, labels]. */
export function classify(context: GraphContext, pooled: Value, temperature: number): Value {
  const { g } = context;
  return g.softmax(g.mul(context.linear('head', pooled), g.scalar(1 / temperature)));
}
