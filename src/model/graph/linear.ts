import { MoodtapeError } from '../../errors.js';
import { scaled } from '../matrix.js';
import type { Value } from '../onnx/graph.js';
import type { Adapter, Operand } from './arithmetic.js';
import type { GraphContext } from './context.js';

/** xW + b of the linear map `name`, and where there are gates + s·((xA) ⊙ gates)B. */
export function linear(context: GraphContext, name: string, x: Operand, gates?: Value): Value {
  return x.linear({
    weight: context.parameter(`${name}.weight`),
    bias: context.parameter(`${name}.bias`),
    adapter: gates && adapterOf(context, name, gates),
  });
}

function adapterOf(context: GraphContext, name: string, gates: Value): Adapter {
  const { experts } = context.spec;
  if (experts === null) throw new MoodtapeError('MT_BUNDLE', 'a dense model has no adapters');
  const [a, b] = [context.parameter(`${name}.adapter.a`), context.parameter(`${name}.adapter.b`)];
  return { a, gates, b: scaled(b, experts.alpha / experts.rank) };
}
