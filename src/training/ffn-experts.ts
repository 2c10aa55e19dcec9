import { MoodtapeError } from '../errors.js';
import { columnsAt, rowsAt, scaled, zeros } from '../model/matrix.js';
import { ffnExpertName, ffnExpertShapes, type Parameter } from '../model/parameters.js';
import { type FfnExpertsSpec, type ModelSpec, modelSpecSchema } from '../model/spec.js';
import type { Model } from './model.js';
import { derive, normals, type Random } from './random.js';

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
 * @throws MoodtapeError MT_TRAINING when the model has such experts already, or these do not fit into it
 */
export function withFfnExperts({ spec, parameters }: Model, experts: FfnExpertsSpec, seed: number): Model {
  if (spec.ffnExperts !== undefined) {
    throw new MoodtapeError('MT_TRAINING', 'the model has feed-forward experts already', {
      remedy: 'start from the dense model, or go on without asking for new experts',
    });
  }
  const wanted = modelSpecSchema.safeParse({ ...spec, ffnExperts: experts });
  if (!wanted.success) {
    throw new MoodtapeError('MT_TRAINING', `the experts do not fit: ${wanted.error.issues[0]?.message}`);
  }
  if (experts.width > spec.encoder.intermediate) {
    const { intermediate } = spec.encoder;
    throw new MoodtapeError(
      'MT_TRAINING',
      `the model has ${intermediate} neurons in a layer, an expert cannot take ${experts.width} of them`,
    );
  }
  const mixed = new Map(parameters);
  for (const layer of experts.layers) {
    const dense = takeNetwork(mixed, layer);
    const router = `layer.${layer}.ffn.router.weight`;
    mixed.set(router, initialRouter([spec.encoder.hidden, experts.count], derive(seed, router)));
    for (let e = 0; e < experts.count; e++) {
      for (const [part, parameter] of expertParts(dense, experts, e)) {
        mixed.set(`${ffnExpertName(layer, e)}.${part}`, parameter);
      }
    }
  }
  return { spec: { ...spec, ffnExperts: experts }, parameters: mixed };
}

/** Of the learning rate, for what gates multiply. */
const GATED_RATE = 0.1;

/**
 * Shares of the learning rate by the parameter's name, where they are not 1. What the gate of an expert multiplies begins as
 * the constant 1, with weights of 0: as AdamW moves all weights of a neuron alike, at the whole rate some dozen steps add up
 * to more than that 1, and what the encoder knows is lost for a while.
 */
export function rateShares(spec: ModelSpec): ReadonlyMap<string, number> {
  if (spec.ffnExperts?.kind !== 'gated') return new Map();
  const names = spec.ffnExperts.layers.flatMap((layer) => ffnExpertShapes(spec, layer)).map(([name]) => name);
  return new Map(names.filter((name) => name.includes('.up.')).map((name) => [name, GATED_RATE]));
}

/** A dense feed-forward network. */
interface Network {
  readonly up: Linear;
  readonly down: Linear;
}

interface Linear {
  readonly weight: Parameter;
  readonly bias: Parameter;
}

/** Takes the network of a layer out of the parameters. */
function takeNetwork(parameters: Map<string, Parameter>, layer: number): Network {
  const take = (part: string) => {
    const name = `layer.${layer}.ffn.${part}`;
    const parameter = parameters.get(name);
    if (parameter === undefined) throw new MoodtapeError('MT_TRAINING', `the model has no parameter ${name}`);
    parameters.delete(name);
    return parameter;
  };
  const linear = (map: string) => ({ weight: take(`${map}.weight`), bias: take(`${map}.bias`) });
  return { up: linear('up'), down: linear('down') };
}

function expertParts(
  { up, down }: Network,
  { kind, count, topK, width }: FfnExpertsSpec,
  expert: number,
): [string, Parameter][] {
  const all = down.weight.shape[0] ?? 0;
  const first = Math.floor((expert * all) / count);
  const neurons = Array.from({ length: width }, (_, i) => (first + i) % all);
  const pretrained = kind === 'gated' ? 'gate' : 'up';
  const weight = topK === 1 ? count : 1;
  const parts: [string, Parameter][] = [
    [`${pretrained}.weight`, columnsAt(up.weight, neurons)],
    [`${pretrained}.bias`, columnsAt(up.bias, neurons)],
    ['down.weight', scaled(rowsAt(down.weight, neurons), (weight * all) / width)],
    ['down.bias', scaled(down.bias, weight)],
  ];
  if (kind === 'plain') return parts;
  const ones = { shape: [width], data: new Float32Array(width).fill(1) };
  return [...parts, ['up.weight', zeros(up.weight.shape[0] ?? 0, width)], ['up.bias', ones]];
}

function initialRouter(shape: readonly [number, number], next: Random): Parameter {
  return { shape, data: normals(shape[0] * shape[1], ROUTER_DEVIATION, next) };
}
