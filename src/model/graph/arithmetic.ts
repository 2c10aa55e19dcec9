import type { OnnxGraph, Value } from '../onnx/graph.js';
import type { Parameter } from '../parameters.js';

/** How a precision computes with the encoder's weights; everything else in the graph is float32 in each of them. */
export interface Arithmetic {
  /**
   * Makes x [..., in] ready for products with any number of weights. Where x may have no rows, `axis` is its last one
   * counted from the front: for −1, ONNX Runtime (1.30) reduces nothing to the wrong shape.
   */
  operand(g: OnnxGraph, x: Value, axis?: number): Operand;
  /** A small weight [in, out] to compute with in float32. */
  weight(g: OnnxGraph, weight: Parameter): Value;
  /** ids [...] → rows of the table [..., width]. */
  lookup(g: OnnxGraph, table: Parameter, ids: Value): Value;
}

/** x [..., in], ready for products. */
export interface Operand {
  /** Weight [in, out] → x · weight [..., out]. */
  times(weight: Parameter): Value;
  /** The rows `indices` [n] of x, which must be [rows, in]. */
  rows(indices: Value): Operand;
}

export const fp32: Arithmetic = {
  operand: (g, x) => ({
    times: (weight) => g.matMul(x, g.parameter(weight)),
    rows: (indices) => fp32.operand(g, g.gather(x, indices)),
  }),
  weight: (g, weight) => g.parameter(weight),
  lookup: (g, table, ids) => g.gather(g.parameter(table), ids),
};
