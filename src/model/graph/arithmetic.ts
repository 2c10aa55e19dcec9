import type { OnnxGraph, Value } from '../onnx/graph.js';
import type { Parameter } from '../parameters.js';

/** How a precision computes with the encoder's weights; everything else in the graph is float32 in each of them. */
export interface Arithmetic {
  /** Makes x [..., in] ready for products with any number of weights. */
  operand(g: OnnxGraph, x: Value): Operand;
  /** A small weight [in, out] to compute with in float32. */
  weight(g: OnnxGraph, weight: Parameter): Value;
  /** ids [...] → rows of the table [..., width]. */
  lookup(g: OnnxGraph, table: Parameter, ids: Value): Value;
}

/** Weight [in, out] → x · weight [..., out]. */
export type Operand = (weight: Parameter) => Value;

export const fp32: Arithmetic = {
  operand: (g, x) => (weight) => g.matMul(x, g.parameter(weight)),
  weight: (g, weight) => g.parameter(weight),
  lookup: (g, table, ids) => g.gather(g.parameter(table), ids),
};
