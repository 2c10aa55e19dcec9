import type { OnnxGraph, Value } from '../onnx/graph.js';

/** Rows sorted into groups. */
export interface Groups {
  /** The rows of each group, ascending. */
  readonly members: readonly Value[];
  /** Where each row lies when the groups follow one another; 0 of rows in no group. */
  readonly placeOf: Value;
}

/** `groupOf` int64 [rows]: the group of each row, below `count`; −1 for none. */
export function groupRows(g: OnnxGraph, groupOf: Value, count: number): Groups {
  const members = Array.from({ length: count }, (_, group) =>
    g.squeeze(g.op('NonZero', [g.op('Equal', [groupOf, g.int(group)])]), 0),
  );
  return { members, placeOf: placesOf(g, g.concat(members, 0), groupOf) };
}

/** Where each of the rows lies in `order`, which has each of them at most once; 0 of those that it has not. */
export function placesOf(g: OnnxGraph, order: Value, rows: Value): Value {
  const places = g.op('Range', [g.int(0), g.op('Size', [order]), g.int(1)]);
  return g.op('ScatterElements', [g.sub(rows, rows), order, places]);
}
