import type { OnnxGraph, Value } from '../onnx/graph.js';
import type { Parameter } from '../parameters.js';

/** How a precision computes with the weights; everything else in the graph is float32 in each of them. */
export interface Arithmetic {
  /** x [..., in] → x · weight + bias [..., out]. */
  linear(g: OnnxGraph, x: Value, weight: Parameter, bias?: Parameter): Value;
  /** ids [...] → rows of the table [..., width]. */
  lookup(g: OnnxGraph, table: Parameter, ids: Value): Value;
}

export const fp32: Arithmetic = {
  linear(g, x, weight, bias) {
    const product = g.matMul(x, g.constant(weight.shape, weight.data));
    return bias === undefined ? product : g.add(product, g.constant(bias.shape, bias.data));
  },
  lookup(g, table, ids) {
    return g.gather(g.constant(table.shape, table.data), ids);
  },
};
