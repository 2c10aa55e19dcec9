import type { FloatType, OnnxGraph, Value } from '../onnx/graph.js';
import type { Parameter } from '../parameters.js';

/** How a precision computes with the encoder's weights; router, head and softmax are float32 in each of them. */
export interface Arithmetic {
  /** Type of the hidden states. */
  readonly type: FloatType;
  /** Makes x [rows, in] ready for products with any number of weights. */
  operand(g: OnnxGraph, x: Value): Operand;
  /** ids [...] → rows of the table [..., width]. */
  lookup(g: OnnxGraph, table: Parameter, ids: Value): Value;
}

/** x [rows, in], ready for products. */
export interface Operand {
  /** x · weight [rows, out]. */
  times(weight: Parameter): Value;
  /** x · weight + bias, and + ((x · a) ⊙ gates) · b where there is an adapter: [rows, out]. */
  linear(map: LinearMap): Value;
  /** The rows `indices` [n] of x. */
  rows(indices: Value): Operand;
  /** The first sizes[0] rows of x, the next sizes[1] and so on: as many parts as `sizes` int64 [count] has. */
  split(sizes: Value, count: number): readonly Operand[];
}

export interface LinearMap {
  /** [in, out] */
  readonly weight: Parameter;
  /** [out] */
  readonly bias: Parameter;
  readonly adapter?: Adapter | undefined;
}

export interface Adapter {
  /** [in, columns] */
  readonly a: Parameter;
  /** [rows, columns] */
  readonly gates: Value;
  /** [columns, out] */
  readonly b: Parameter;
}

export const fp32 = floatingPoint('float32');
export const fp16 = floatingPoint('float16');

function floatingPoint(type: FloatType): Arithmetic {
  const operand = (g: OnnxGraph, x: Value): Operand => {
    const times = (weight: Parameter) => g.matMul(x, g.parameter(weight, type));
    return {
      times,
      linear({ weight, bias, adapter }) {
        const y = g.add(times(weight), g.parameter(bias, type));
        if (adapter === undefined) return y;
        const inner = g.mul(times(adapter.a), adapter.gates);
        return g.add(y, g.matMul(inner, g.parameter(adapter.b, type)));
      },
      rows: (indices) => operand(g, g.gather(x, indices)),
      split: (sizes, count) => g.split(x, sizes, count).map((part) => operand(g, part)),
    };
  };
  return { type, operand, lookup: (g, table, ids) => g.gather(g.parameter(table, type), ids) };
}
