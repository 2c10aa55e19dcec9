import type { OnnxGraph, Value } from '../onnx/graph.js';
import type { DomainLoraSpec } from '../spec.js';
import type { GraphContext } from './context.js';
import { byText } from './layer-inputs.js';
import { linear } from './linear.js';

// Weights of the experts for each text: float32 [batch, experts].

const ROUTER_NORM_EPS = 1e-5;
const MIN_TEMPERATURE = 0.1;

/** By the router, on [CLS] of the states `rows` [batch · length, hidden]. */
export function routerWeights(context: GraphContext, rows: Value, mask: Value): Value {
  const { g, spec } = context;
  const first = g.constant([], Int32Array.of(0));
  const cls = context.toFloat32(g.gather(byText(g, rows, mask, spec.encoder.hidden), first, 1));
  const exact = context.inFloat32();
  const wide = linear(exact, 'router.hidden', exact.operand(cls));
  const active = g.op('Relu', [exact.layerNorm('router.norm', wide, ROUTER_NORM_EPS)]);
  const logits = linear(exact, 'router.output', exact.operand(active));
  const [temperature = 1] = context.parameter('router.temperature').data;
  return g.softmax(g.mul(logits, g.scalar(1 / Math.max(temperature, MIN_TEMPERATURE))));
}

/** The same expert for every text of `mask` [batch, length]. */
export function fixedWeights(
  { g }: GraphContext,
  { names }: DomainLoraSpec,
  expert: number,
  mask: Value,
): Value {
  const row = names.map((_, i) => (i === expert ? 1 : 0));
  const batch = g.op('Shape', [mask], { start: 0, end: 1 });
  const shape = g.concat([batch, g.ints(row.length)], 0);
  return g.op('Expand', [g.constant([1, row.length], Float32Array.from(row)), shape]);
}

/** The expert of the largest weight, of each text: int64 [batch]. */
export function likeliest(g: OnnxGraph, weights: Value): Value {
  return g.op('ArgMax', [weights], { axis: 1, keepdims: 0 });
}

/** The likeliest expert weighs 1, the others 0. */
export function likeliestAlone(g: OnnxGraph, weights: Value, { names }: DomainLoraSpec): Value {
  const values = g.constant([2], Float32Array.of(0, 1));
  return g.op('OneHot', [likeliest(g, weights), g.int(names.length), values]);
}
