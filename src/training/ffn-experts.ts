import { MoodtapeError } from '../errors.js';
import { scaled } from '../model/matrix.js';
import { ffnExpertName, type Parameter, type Parameters } from '../model/parameters.js';
import type { FfnExpertsSpec, ModelSpec } from '../model/spec.js';
import type { Model } from './model.js';
import { derive, normals } from './random.js';

/** Small, so that a token's experts begin with nearly equal weights: a tenth of BERT's (Fedus et al. 2022, section 2.4). */
const ROUTER_DEVIATION = 0.002;

/**
 * Puts experts in the place of pretrained feed-forward networks, so that training starts near the dense model. Each
 * takes `width` of the network's neurons, counted round from a place of its own: all of them when it is as wide
 * (sparse upcycling, Komatsuzaki et al. 2023), a share of its own when the experts together are as wide as it is
 * (LLaMA-MoE, Zhu et al. 2024, whose even split, too, goes by no order of the neurons). Its output is scaled up to stand
 * for all neurons, and for the weight that is taken from it where a token has one expert of probability 1 / count.
 * In a gated expert the neurons become the gate, and what they gate begins as the constant 1.
 *
 * @throws MoodtapeError MT_TRAINING when the model has such experts already, or is narrower than they are
 */
export function withFfnExperts({ spec, parameters }: Model, experts: FfnExpertsSpec, seed: number): Model {
  if (spec.ffnExperts !== undefined) {
    throw new MoodtapeError('MT_TRAINING', 'the model has feed-forward experts already', {
      remedy: 'start from the dense model, or go on without asking for new experts',
    });
  }
  if (experts.width > spec.encoder.intermediate) {
    const { intermediate } = spec.encoder;
    throw new MoodtapeError(
      'MT_TRAINING',
      `the model has ${intermediate} neurons in a layer, an expert cannot take ${experts.width} of them`,
    );
  }
  const replaced = experts.layers.flatMap((layer) => [
    ...layerExperts(spec, parameters, experts, layer, seed),
  ]);
  const dense = new Set(
    experts.layers.flatMap((layer) => [...DENSE].map((part) => `layer.${layer}.ffn.${part}`)),
  );
  const kept = [...parameters].filter(([name]) => !dense.has(name));
  return { spec: { ...spec, ffnExperts: experts }, parameters: new Map([...kept, ...replaced]) };
}

const DENSE = ['up.weight', 'up.bias', 'down.weight', 'down.bias'] as const;

function layerExperts(
  { encoder }: ModelSpec,
  parameters: Parameters,
  { kind, count, topK, width }: FfnExpertsSpec,
  layer: number,
  seed: number,
): Map<string, Parameter> {
  const { hidden, intermediate } = encoder;
  const dense = (part: (typeof DENSE)[number]) => {
    const parameter = parameters.get(`layer.${layer}.ffn.${part}`);
    if (parameter === undefined) throw new MoodtapeError('MT_TRAINING', `the model has no layer ${layer}`);
    return parameter;
  };
  const weight = topK === 1 ? count : 1;
  const router = `layer.${layer}.ffn.router.weight`;
  const data = normals(hidden * count, ROUTER_DEVIATION, derive(seed, router));
  const result = new Map<string, Parameter>([[router, { shape: [hidden, count], data }]]);
  for (let e = 0; e < count; e++) {
    const name = ffnExpertName(layer, e);
    const first = Math.floor((e * intermediate) / count);
    const neurons = Array.from({ length: width }, (_, i) => (first + i) % intermediate);
    const pretrained = kind === 'gated' ? 'gate' : 'up';
    result.set(`${name}.${pretrained}.weight`, columns(dense('up.weight'), neurons));
    result.set(`${name}.${pretrained}.bias`, columns(dense('up.bias'), neurons));
    if (kind === 'gated') {
      result.set(`${name}.up.weight`, { shape: [hidden, width], data: new Float32Array(hidden * width) });
      result.set(`${name}.up.bias`, { shape: [width], data: new Float32Array(width).fill(1) });
    }
    const scale = (weight * intermediate) / width;
    result.set(`${name}.down.weight`, scaled(rows(dense('down.weight'), neurons), scale));
    result.set(`${name}.down.bias`, scaled(dense('down.bias'), weight));
  }
  return result;
}

/** Columns of a matrix, or elements of a vector. */
function columns({ shape, data }: Parameter, indices: readonly number[]): Parameter {
  const [width, picked] = [shape.at(-1) ?? 1, indices.length];
  const values = new Float32Array((data.length / width) * picked);
  for (let i = 0; i < values.length; i++) {
    values[i] = data[Math.floor(i / picked) * width + (indices[i % picked] ?? 0)] ?? 0;
  }
  return { shape: [...shape.slice(0, -1), picked], data: values };
}

function rows({ shape, data }: Parameter, indices: readonly number[]): Parameter {
  const width = shape.at(-1) ?? 1;
  const values = new Float32Array(indices.length * width);
  for (const [to, from] of indices.entries())
    values.set(data.subarray(from * width, (from + 1) * width), to * width);
  return { shape: [indices.length, width], data: values };
}
