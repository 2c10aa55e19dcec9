import type { Value } from '../onnx/graph.js';
import type { GraphContext } from './context.js';

/** Mean over the tokens of `mask`, linear head, softmax at `temperature`: [batch, labels]. */
export function classify(context: GraphContext, hidden: Value, mask: Value, temperature: number): Value {
  const { g } = context;
  const sum = g.squeeze(g.matMul(g.unsqueeze(mask, 1), hidden), 1);
  const count = g.op('ReduceSum', [mask, g.ints(1)], { keepdims: 1 });
  const logits = context.linear('head', g.div(sum, count));
  return g.softmax(g.mul(logits, g.scalar(1 / temperature)));
}
