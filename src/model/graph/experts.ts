import { MoodtapeError } from '../../errors.js';
import { scaled } from '../matrix.js';
import type { OnnxGraph, Value } from '../onnx/graph.js';
import type { DomainLoraSpec, ModelSpec } from '../spec.js';
import type { Operand } from './arithmetic.js';
import type { GraphContext } from './context.js';

/** Who weighs the experts: the router, or one expert alone. */
export type Route = 'router' | { readonly expert: number };

/** Weights of the experts, each [batch, experts]: what the router says, and what the adapters use. */
export interface Routing {
  readonly weights: Value;
  readonly mix: Value;
}

const ROUTER_NORM_EPS = 1e-5;
const MIN_TEMPERATURE = 0.1;

/** The router on [CLS] of `hidden` [batch, length, hidden]. */
export function routerRouting(context: GraphContext, experts: DomainLoraSpec, hidden: Value): Routing {
  const { g } = context;
  const cls = g.gather(hidden, g.constant([], Int32Array.of(0)), 1);
  const inner = context.layerNorm('router.norm', context.linear('router.hidden', cls), ROUTER_NORM_EPS);
  const logits = context.linear('router.output', g.op('Relu', [inner]));
  const [temperature = 1] = context.parameter('router.temperature').data;
  const weights = g.softmax(g.mul(logits, g.scalar(1 / Math.max(temperature, MIN_TEMPERATURE))));
  return { weights, mix: experts.router.mix === 'top1' ? oneHotOfLargest(g, weights, experts) : weights };
}

/** The same expert for every text of `ids` [batch, length]. */
export function fixedRouting(
  { g }: GraphContext,
  experts: DomainLoraSpec,
  expert: number,
  ids: Value,
): Routing {
  const row = experts.names.map((_, i) => (i === expert ? 1 : 0));
  const batch = g.op('Shape', [ids], { start: 0, end: 1 });
  const shape = g.concat([batch, g.ints(row.length)], 0);
  const weights = g.op('Expand', [g.constant([1, row.length], Float32Array.from(row)), shape]);
  return { weights, mix: weights };
}

/** The mix, each weight repeated `rank` times: [batch, 1, experts · rank]. */
export function gatesOf({ g }: GraphContext, { names, rank }: DomainLoraSpec, { mix }: Routing): Value {
  const columns = names.length * rank;
  const repeat = Float32Array.from({ length: names.length * columns }, (_, i) =>
    Math.floor((i % columns) / rank) === Math.floor(i / columns) ? 1 : 0,
  );
  return g.unsqueeze(g.matMul(mix, g.constant([names.length, columns], repeat)), 1);
}

/** s·((xA) ⊙ gates)B of the linear map `name`, for the operand x. */
export function adapterOutput(context: GraphContext, name: string, operand: Operand, gates: Value): Value {
  const { g, arithmetic } = context;
  const { rank, alpha } = expertsOf(context.spec);
  const inner = g.mul(operand.times(context.parameter(`${name}.adapter.a`)), gates);
  return g.matMul(inner, arithmetic.weight(g, scaled(context.parameter(`${name}.adapter.b`), alpha / rank)));
}

function expertsOf({ experts }: ModelSpec): DomainLoraSpec {
  if (experts === null) throw new MoodtapeError('MT_BUNDLE', 'a dense model has no adapters');
  return experts;
}

function oneHotOfLargest(g: OnnxGraph, weights: Value, { names }: DomainLoraSpec): Value {
  const largest = g.op('ArgMax', [weights], { axis: 1, keepdims: 0 });
  const depth = g.int(names.length);
  return g.op('OneHot', [largest, depth, g.constant([2], Float32Array.of(0, 1))]);
}
