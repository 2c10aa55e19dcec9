import type { OnnxGraph, Value } from '../onnx/graph.js';
import type { Parameter } from '../parameters.js';
import type { Arithmetic, Operand } from './arithmetic.js';

/** The largest quantised magnitude; −128 is not used, so that zero lies in the middle. */
const LARGEST = 127;

/**
 * 8-bit weights and activations, 32-bit sums. Weights have a scale for each column, tables one for each row.
 * Activations have one for each token, so that a text's scores do not depend on the texts beside it.
 */
export const int8: Arithmetic = {
  operand(g, x, axis = -1) {
    const largest = largestMagnitude(g, x, axis);
    const scale = g.mul(largest, g.scalar(1 / LARGEST));
    // Unsigned activations times signed weights is the product that x86 has instructions for.
    const zero = g.constant([], Uint8Array.of(LARGEST + 1));
    const scaled = g.mul(x, g.div(g.scalar(LARGEST), largest));
    return quantisedOperand(g, g.op('QuantizeLinear', [scaled, g.scalar(1), zero]), scale, zero);
  },

  // Constant folding turns it into float32 once. DequantizeLinear would be fused into a slower product.
  weight(g, weight) {
    const { quantised, scales } = quantise(weight, 'column');
    const values = g.cast(g.constant(weight.shape, quantised), 'float32');
    return g.mul(values, g.constant([scales.length], scales));
  },

  lookup(g, table, ids) {
    const { quantised, scales } = quantise(table, 'row');
    const rows = g.gather(g.constant(table.shape, quantised), ids);
    return g.mul(g.cast(rows, 'float32'), g.gather(g.constant([scales.length, 1], scales), ids));
  },
};

function quantisedOperand(g: OnnxGraph, values: Value, scale: Value, zero: Value): Operand {
  return {
    times(weight) {
      const { quantised, scales } = quantise(weight, 'column');
      const matrix = g.constant(weight.shape, quantised);
      const columns = g.constant([scales.length], scales);
      return g.mul(g.contrib('MatMulIntegerToFloat', [values, matrix, g.scalar(1), columns, zero]), scale);
    },
    rows: (indices) => quantisedOperand(g, g.gather(values, indices), g.gather(scale, indices), zero),
  };
}

/** Of each row: [..., width] → [..., 1]. Two reductions are quicker than one of the absolute values. */
function largestMagnitude(g: OnnxGraph, x: Value, axis: number): Value {
  const reduce = (type: string) => g.op(type, [x, g.ints(axis)], { keepdims: 1 });
  return g.op('Max', [reduce('ReduceMax'), g.op('Neg', [reduce('ReduceMin')])]);
}

interface Quantised {
  readonly quantised: Int8Array;
  readonly scales: Float32Array;
}

function quantise({ shape, data }: Parameter, by: 'row' | 'column'): Quantised {
  const width = shape.at(-1) ?? 1;
  const group = by === 'row' ? (i: number) => Math.floor(i / width) : (i: number) => i % width;
  const scales = new Float32Array(by === 'row' ? data.length / width : width);
  const quantised = new Int8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    scales[group(i)] = Math.max(scales[group(i)] ?? 0, Math.abs(data[i] ?? 0) / LARGEST);
  }
  for (let i = 0; i < data.length; i++) {
    // A group of zeros has the scale 0, and any other would do.
    quantised[i] = Math.round((data[i] ?? 0) / (scales[group(i)] || 1));
  }
  return { quantised, scales };
}
