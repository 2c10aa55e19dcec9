import { type AdaptedMap, adaptedMaps, ffnExpertsOf, firstAdaptedLayer, type ModelSpec } from './spec.js';

/** A dense float32 array in row-major order. */
export interface Parameter {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A model's weights by name; `parameterShapes` lists the names. Linear weights are [in, out]. */
export type Parameters = ReadonlyMap<string, Parameter>;

/** Input and output width of a linear map of an encoder layer. */
export function mapShape(spec: ModelSpec, map: AdaptedMap): readonly [number, number] {
  const { hidden, intermediate } = spec.encoder;
  if (map === 'ffn.up') return [hidden, intermediate];
  if (map === 'ffn.down') return [intermediate, hidden];
  return [hidden, hidden];
}

/** Names and shapes of all parameters of a model. */
export function parameterShapes(spec: ModelSpec): Map<string, readonly number[]> {
  return new Map([...encoderShapes(spec), ...expertShapes(spec), ...headShapes(spec)]);
}

/** The encoder: token and position tables (the type-0 embedding is folded into the positions), then layers 0, 1, … */
export function encoderShapes(
  spec: Pick<ModelSpec, 'encoder' | 'ffnExperts'>,
): [string, readonly number[]][] {
  const { vocabulary, positions, hidden, intermediate, layers } = spec.encoder;
  const shapes: [string, readonly number[]][] = [
    ['embeddings.word', [vocabulary, hidden]],
    ['embeddings.position', [positions, hidden]],
    ['embeddings.norm.gain', [hidden]],
    ['embeddings.norm.bias', [hidden]],
  ];
  const linear = (name: string, from: number, to: number) =>
    shapes.push([`${name}.weight`, [from, to]], [`${name}.bias`, [to]]);
  const norm = (name: string) => shapes.push([`${name}.gain`, [hidden]], [`${name}.bias`, [hidden]]);
  for (let i = 0; i < layers; i++) {
    for (const map of ['query', 'key', 'value', 'output'])
      linear(`layer.${i}.attention.${map}`, hidden, hidden);
    norm(`layer.${i}.attention.norm`);
    if (ffnExpertsOf(spec, i) === undefined) {
      linear(`layer.${i}.ffn.up`, hidden, intermediate);
      linear(`layer.${i}.ffn.down`, intermediate, hidden);
    } else {
      shapes.push(...ffnExpertShapes(spec, i));
    }
    norm(`layer.${i}.ffn.norm`);
  }
  return shapes;
}

/** The token router and the experts that a layer has in the place of its feed-forward network; none where it is dense. */
export function ffnExpertShapes(
  spec: Pick<ModelSpec, 'encoder' | 'ffnExperts'>,
  layer: number,
): [string, readonly number[]][] {
  const experts = ffnExpertsOf(spec, layer);
  if (experts === undefined) return [];
  const { hidden } = spec.encoder;
  const { kind, count, width } = experts;
  const shapes: [string, readonly number[]][] = [[`layer.${layer}.ffn.router.weight`, [hidden, count]]];
  for (let e = 0; e < count; e++) {
    const name = ffnExpertName(layer, e);
    const wide = kind === 'gated' ? ['gate', 'up'] : ['up'];
    for (const map of wide)
      shapes.push([`${name}.${map}.weight`, [hidden, width]], [`${name}.${map}.bias`, [width]]);
    shapes.push([`${name}.down.weight`, [width, hidden]], [`${name}.down.bias`, [hidden]]);
  }
  return shapes;
}

/** Of the expert's maps `up`, `down` and, when it is gated, `gate`. */
export const ffnExpertName = (layer: number, expert: number): string => `layer.${layer}.ffn.expert.${expert}`;

/** Adapters of the layers from `firstAdaptedLayer` on, and the router. */
export function expertShapes(spec: ModelSpec): [string, readonly number[]][] {
  if (spec.experts === null) return [];
  const { names, rank, router } = spec.experts;
  const shapes: [string, readonly number[]][] = [];
  for (let i = firstAdaptedLayer(spec); i < spec.encoder.layers; i++) {
    for (const map of adaptedMaps(spec, i)) {
      const [from, to] = mapShape(spec, map);
      shapes.push([`layer.${i}.${map}.adapter.a`, [from, names.length * rank]]);
      shapes.push([`layer.${i}.${map}.adapter.b`, [names.length * rank, to]]);
    }
  }
  shapes.push(
    ['router.hidden.weight', [spec.encoder.hidden, router.hidden]],
    ['router.hidden.bias', [router.hidden]],
    ['router.norm.gain', [router.hidden]],
    ['router.norm.bias', [router.hidden]],
    ['router.output.weight', [router.hidden, names.length]],
    ['router.output.bias', [names.length]],
    // The logits are divided by max(temperature, 0.1).
    ['router.temperature', [1]],
  );
  return shapes;
}

export function headShapes(spec: ModelSpec): [string, readonly number[]][] {
  return [
    ['head.weight', [spec.encoder.hidden, spec.labels.length]],
    ['head.bias', [spec.labels.length]],
  ];
}
