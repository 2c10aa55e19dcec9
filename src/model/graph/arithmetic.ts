import { stacked } from '../matrix.js';
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
  /** As `linear`, without adapters, by a map for each group of rows: [rows, out]. The maps are of one shape. */
  linearByGroup(groups: RowGroups, maps: readonly LinearMap[]): Value;
  /** The rows `indices` [n] of x. */
  rows(indices: Value): Operand;
}

/** Rows that lie together in groups, one group after the other. */
export interface RowGroups {
  /** How many rows each group has: int64 [groups]. */
  readonly sizes: Value;
  /** The group of each row, ascending: int64 [rows]. */
  readonly groupOf: Value;
}

/**
 * Rows of each group through a product of their own. All else is done to all rows at once: a node costs some microseconds
 * whatever it does, which is much for the few rows that a group often has.
 */
export function productsByGroup(
  g: OnnxGraph,
  rows: Value,
  { sizes }: RowGroups,
  maps: readonly LinearMap[],
  product: (rows: Value, weight: Parameter) => Value,
): Value {
  const parts = g.ops('Split', [rows, sizes], { axis: 0 }, maps.length);
  const products = maps.flatMap(({ weight }, group) => {
    const part = parts[group];
    return part === undefined ? [] : [product(part, weight)];
  });
  return g.concat(products, 0);
}

/** The bias of each row's group: [rows, out]. */
export function biasByGroup(
  g: OnnxGraph,
  { groupOf }: RowGroups,
  maps: readonly LinearMap[],
  type: FloatType,
): Value {
  return g.gather(g.parameter(stacked(...maps.map(({ bias }) => bias)), type), groupOf);
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
      linearByGroup(groups, maps) {
        const y = productsByGroup(g, x, groups, maps, (rows, weight) =>
          g.matMul(rows, g.parameter(weight, type)),
        );
        return g.add(y, biasByGroup(g, groups, maps, type));
      },
      rows: (indices) => operand(g, g.gather(x, indices)),
    };
  };
  return { type, operand, lookup: (g, table, ids) => g.gather(g.parameter(table, type), ids) };
}
