import { MoodtapeError } from '../errors.js';
import { columnsAt, plus, product, rowsAt, scaled } from './matrix.js';
import { expertShapes, type Parameters } from './parameters.js';
import { adaptedMaps, firstAdaptedLayer, type ModelSpec } from './spec.js';

/**
 * A dense model's parameters that score as one `domain-lora` expert alone does: W + s·AₑBₑ in the place of each
 * adapted W; no adapters, no router.
 *
 * @throws MoodtapeError MT_BUNDLE when a parameter is missing.
 */
export function mergedExpert(spec: ModelSpec, parameters: Parameters, expert: number): Parameters {
  if (spec.experts === null) return parameters;
  const { rank, alpha } = spec.experts;
  const own = Array.from({ length: rank }, (_, i) => expert * rank + i);
  const parameter = (name: string) => {
    const found = parameters.get(name);
    if (found === undefined) throw new MoodtapeError('MT_BUNDLE', `the weights lack ${name}`);
    return found;
  };
  const merged = new Map(parameters);
  for (const [name] of expertShapes(spec)) merged.delete(name);
  for (let layer = firstAdaptedLayer(spec); layer < spec.encoder.layers; layer++) {
    for (const map of adaptedMaps(spec, layer)) {
      const name = `layer.${layer}.${map}`;
      const a = columnsAt(parameter(`${name}.adapter.a`), own);
      const b = rowsAt(parameter(`${name}.adapter.b`), own);
      merged.set(`${name}.weight`, plus(parameter(`${name}.weight`), scaled(product(a, b), alpha / rank)));
    }
  }
  return merged;
}
