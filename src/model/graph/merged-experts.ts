import type { Value } from '../onnx/graph.js';
import type { GraphContext } from './context.js';
import { groupRows } from './grouping.js';
import { byText, type LayerInputs, layerInputs } from './layer-inputs.js';

/** One expert of `count` for each text: int64 [batch]. */
export interface ChosenExperts {
  readonly expertOf: Value;
  readonly count: number;
}

/** The work of one expert on its texts: states [batch · length, hidden] → a row for each text [batch, width]. */
export type ExpertWork = (expert: number, rows: Value, inputs: LayerInputs) => Value;

/** Hands each text to its expert, all texts of an expert together, and puts the results into the texts' order. */
export function byExpert(
  context: GraphContext,
  { expertOf, count }: ChosenExperts,
  rows: Value,
  mask: Value,
  work: ExpertWork,
): Value {
  const { g, spec } = context;
  const { hidden } = spec.encoder;
  const { members, placeOf } = groupRows(g, expertOf, count);
  const texts = byText(g, rows, mask, hidden);
  const results = members.map((own, expert) => {
    const ownRows = g.reshape(g.gather(texts, own), -1, hidden);
    return work(expert, ownRows, layerInputs(context, g.gather(mask, own)));
  });
  return g.gather(g.concat(results, 0), placeOf);
}
