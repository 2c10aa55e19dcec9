import type { Value } from '../onnx/graph.js';
import type { Operand } from './arithmetic.js';
import type { GraphContext } from './context.js';
import { adapterOutput } from './experts.js';

/** xW + b of the linear map `name`, and the adapters' share where there are gates. */
export function linear(context: GraphContext, name: string, operand: Operand, gates?: Value): Value {
  const { g } = context;
  const y = g.add(operand.times(context.parameter(`${name}.weight`)), context.constant(`${name}.bias`));
  return gates === undefined ? y : g.add(y, adapterOutput(context, name, operand, gates));
}
