import { MoodtapeError } from '../errors.js';
import { type ExpertForm, expertForms } from './expert-form.js';
import { type Arithmetic, fp16, fp32 } from './graph/arithmetic.js';
import { GraphContext } from './graph/context.js';
import { domainExperts } from './graph/domain-experts.js';
import { embed, encoderLayers, tokenMask } from './graph/encoder.js';
import { classify, pool } from './graph/head.js';
import { int8 } from './graph/int8.js';
import { byText, layerInputs } from './graph/layer-inputs.js';
import { OnnxGraph, type Value } from './onnx/graph.js';
import type { Parameters } from './parameters.js';
import type { Route } from './route.js';
import { firstAdaptedLayer, type ModelSpec } from './spec.js';

const ARITHMETIC = { fp32, fp16, int8 } satisfies Record<string, Arithmetic>;
export type Precision = keyof typeof ARITHMETIC;
export const PRECISIONS: readonly string[] = Object.keys(ARITHMETIC);

export interface GraphOptions {
  readonly spec: ModelSpec;
  readonly parameters: Parameters;
  readonly precision: Precision;
  readonly output: 'scores' | 'pooled' | { readonly hidden: number };
  /** Divides the logits before the softmax; 1 when left out. */
  readonly temperature?: number;
  /** Who weighs the experts; the router when left out. */
  readonly route?: Route;
  /** How `domain-lora` experts are computed; the first of `expertForms` when left out. */
  readonly form?: ExpertForm;
  /** Puts out `token_routing`, of a model with feed-forward experts. */
  readonly tokenRouting?: boolean;
}

/**
 * Writes a model as ONNX: fp32 and fp16 in standard operators (opset 20), int8 with one of ONNX Runtime's own. All
 * outputs are float32; fp16 has float16 weights and states, which GPUs are fast with and CPUs compute in float32.
 *
 * Input: `input_ids` int32 [batch, length], padded on the right with `padId`, which no result depends on.
 * Output `scores`: `probabilities` [batch, labels] and, of a mixture, `expert_weights` [batch, experts] (the router's
 * soft weights, also where `top1` mixes). Output `pooled`: `pooled` [batch, hidden], what the head would read, and
 * `expert_weights`. With either and `tokenRouting`, `token_routing` [batch, length, layers · experts]: the weight of each
 * feed-forward expert in each token's mix, 0 of those that it does not go to, one layer of `ffnExperts.layers` after the
 * other; of padding it means nothing. Output `{ hidden: k }`: `hidden` [batch, length, hidden], the state after
 * k layers without adapters (0: the embeddings); it needs no parameters above these layers.
 *
 * @throws MoodtapeError MT_BUNDLE when a parameter is missing or has another shape than the spec says, or the experts
 * cannot have this form.
 */
export function buildGraph(options: GraphOptions): Uint8Array {
  const { spec, parameters, precision, output } = options;
  const g = new OnnxGraph();
  const context = new GraphContext(g, spec, ARITHMETIC[precision], parameters);
  const ids = g.input('input_ids', 'int32', ['batch', 'length']);
  if (typeof output === 'object') writeHidden(context, ids, output.hidden);
  else writeText(context, ids, options);
  return g.encode();
}

function writeHidden(context: GraphContext, ids: Value, after: number): void {
  const { g, spec } = context;
  const { hidden } = spec.encoder;
  const mask = tokenMask(context, ids);
  const rows = encoderLayers(context, embed(context, ids), layerInputs(context, mask), 0, after);
  const states = byText(g, context.toFloat32(rows), mask, hidden);
  g.output(states, 'hidden', 'float32', ['batch', 'length', hidden]);
}

function writeText(context: GraphContext, ids: Value, options: GraphOptions): void {
  const { g, spec } = context;
  const { experts, encoder, labels } = spec;
  const { output, temperature = 1, route = 'router', tokenRouting = false } = options;
  const { form = expertForms(spec, route)[0] } = options;
  const mask = tokenMask(context, ids);
  // A layer that runs twice, before the router and after it, ends with the routing of its second run.
  const routings = new Map<number, Value>();
  const onTokenRouting = (layer: number, weights: Value) => routings.set(layer, weights);
  const inputs = { ...layerInputs(context, mask), ...(tokenRouting && { onTokenRouting }) };
  const below = encoderLayers(context, embed(context, ids), inputs, 0, firstAdaptedLayer(spec));
  let pooled: Value;
  if (experts === null) pooled = pool(context, below, mask);
  else {
    const mixture = domainExperts(context, experts, below, inputs, route, form);
    g.output(mixture.weights, 'expert_weights', 'float32', ['batch', experts.names.length]);
    pooled = mixture.pooled;
  }
  if (output === 'pooled') g.output(pooled, 'pooled', 'float32', ['batch', encoder.hidden]);
  else {
    const probabilities = classify(context, pooled, temperature);
    g.output(probabilities, 'probabilities', 'float32', ['batch', labels.length]);
  }
  if (tokenRouting) writeTokenRouting(context, routings);
}

/** @throws MoodtapeError MT_BUNDLE when the model has no feed-forward experts. */
function writeTokenRouting({ g, spec }: GraphContext, routings: ReadonlyMap<number, Value>): void {
  if (spec.ffnExperts === undefined) {
    throw new MoodtapeError('MT_BUNDLE', 'a model without feed-forward experts routes no tokens');
  }
  const { layers: routed, count } = spec.ffnExperts;
  const weights = g.concat(
    routed.flatMap((layer) => routings.get(layer) ?? []),
    2,
  );
  g.output(weights, 'token_routing', 'float32', ['batch', 'length', routed.length * count]);
}
