import { stacked } from '../matrix.js';
import type { OnnxGraph, Value } from '../onnx/graph.js';
import type { Parameter } from '../parameters.js';
import type { Arithmetic, Operand } from './arithmetic.js';

/** The largest quantised magnitude; −128 is not used, so that zero lies in the middle. */
const LARGEST = 127;
/** Below it a row counts as zeros, and is not divided by. */
const SMALLEST = 1e-30;

/**
 * 8-bit weights and activations, 32-bit sums. Weights have a scale for each column, tables one for each row.
 * Activations have one for each token, so that a text's scores do not depend on the texts beside it.
 */
export const int8: Arithmetic = {
  type: 'float32',

  operand(g, x) {
    const scales = g.mul(largestMagnitudes(g, x), g.scalar(1 / LARGEST));
    // Unsigned activations times signed weights is the product that x86 has instructions for.
    const zero = g.constant([], Uint8Array.of(LARGEST + 1));
    const zeros = g.op('Expand', [zero, g.op('Shape', [scales])]);
    const values = g.op('QuantizeLinear', [x, scales, zeros], { axis: 0 });
    return quantisedOperand(g, values, g.unsqueeze(scales, 1), zero);
  },

  lookup(g, table, ids) {
    const { quantised, scales } = quantise(table, 'row');
    const rows = g.gather(g.constant(table.shape, quantised), ids);
    return g.mul(g.cast(rows, 'float32'), g.gather(g.constant([scales.length, 1], scales), ids));
  },
};

/** x = scale · (values − zero), with a scale [rows, 1] for each row. */
function quantisedOperand(g: OnnxGraph, values: Value, scale: Value, zero: Value): Operand {
  /** x · weight / scale */
  const product = (weight: Parameter) => {
    const { quantised, scales } = quantise(weight, 'column');
    const matrix = g.constant(weight.shape, quantised);
    const columns = g.constant([scales.length], scales);
    return g.contrib('MatMulIntegerToFloat', [values, matrix, g.scalar(1), columns, zero]);
  };
  const times = (weight: Parameter) => g.mul(product(weight), scale);
  return {
    times,
    linear({ weight, bias, adapter }) {
      if (adapter === undefined) return g.add(times(weight), g.parameter(bias));
      // The bias is one more row of b, and the scale comes last: one pass less over all of y.
      const inner = g.mul(product(adapter.a), adapter.gates);
      const withOne = g.concat([inner, g.op('Reciprocal', [scale])], 1);
      const low = g.matMul(withOne, g.parameter(stacked(adapter.b, bias)));
      return g.mul(g.add(product(weight), low), scale);
    },
    rows: (indices) => quantisedOperand(g, g.gather(values, indices), g.gather(scale, indices), zero),
    split(sizes, count) {
      const scales = g.split(scale, sizes, count);
      return g
        .split(values, sizes, count)
        .flatMap((part, i) => (scales[i] === undefined ? [] : [quantisedOperand(g, part, scales[i], zero)]));
    },
  };
}

/** Of each row: [rows, width] → [rows]. Two reductions are quicker than one of the absolute values. */
function largestMagnitudes(g: OnnxGraph, x: Value): Value {
  const reduce = (type: string) => g.op(type, [x, g.ints(1)], { keepdims: 0 });
  return g.op('Max', [reduce('ReduceMax'), g.op('Neg', [reduce('ReduceMin')]), g.scalar(SMALLEST)]);
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
