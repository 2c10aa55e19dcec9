import type { OnnxGraph, Value } from '../onnx/graph.js';
import type { GraphContext } from './context.js';

/** What a layer computes with besides its input. */
export interface LayerInputs {
  /** Which tokens are text: 1, padding: 0; [batch, length]. */
  readonly mask: Value;
  /** Added to the attention scores: 0 for text, very negative for padding; float32 [batch, 1, 1, length]. */
  readonly attentionBias: Value;
  /** The shape [batch, length, heads, width of a head]. */
  readonly headShape: Value;
  /** Weights of the adapters' columns (`gatesOf`); without them the adapters are left out. */
  readonly gates?: Value | undefined;
  /** Is told how the tokens of a layer with feed-forward experts are routed: weights [batch, length, experts]. */
  onTokenRouting?(layer: number, weights: Value): void;
}

const MASKED = -1e9;

/** The inputs of layers over the tokens of `mask`, without adapters. */
export function layerInputs({ g, spec }: GraphContext, mask: Value): LayerInputs {
  const { heads, hidden } = spec.encoder;
  const padding = g.sub(g.scalar(1), mask);
  return {
    mask,
    attentionBias: g.unsqueeze(g.mul(padding, g.scalar(MASKED)), 1, 2),
    headShape: g.concat([g.op('Shape', [mask]), g.ints(heads, hidden / heads)], 0),
  };
}

/** The tokens' rows [batch · length, width] text by text: [batch, length, width]. */
export function byText(g: OnnxGraph, rows: Value, mask: Value, width: number): Value {
  return g.op('Reshape', [rows, g.concat([g.op('Shape', [mask]), g.ints(width)], 0)]);
}
