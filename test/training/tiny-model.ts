import { type Parameter, type Parameters, parameterShapes } from '../../src/model/parameters.js';
import type { DomainLoraSpec, FfnExpertsSpec, ModelSpec } from '../../src/model/spec.js';
import { normals, random } from '../../src/training/random.js';

/** A model small enough for finite differences. */
export function tinySpec(experts: ModelSpec['experts'], layers = 2): ModelSpec {
  return {
    encoder: {
      vocabulary: 20,
      positions: 12,
      positionOffset: 0,
      layers,
      hidden: 8,
      heads: 2,
      intermediate: 16,
      layerNormEps: 1e-12,
      padId: 0,
    },
    experts,
    labels: ['利空', '中性', '利好'],
    maxLength: 12,
  };
}

export const twoExperts = (
  at: DomainLoraSpec['router']['at'],
  mix: DomainLoraSpec['router']['mix'] = 'soft',
): DomainLoraSpec => ({
  kind: 'domain-lora',
  names: ['news', 'forum'],
  rank: 2,
  alpha: 4,
  router: { at, hidden: 6, mix },
});

/** Feed-forward experts in the upper of two layers, and in the lower one none. */
export function mixedSpec(more: Partial<FfnExpertsSpec>, experts: ModelSpec['experts']): ModelSpec {
  const ffnExperts = { kind: 'gated' as const, layers: [1], count: 3, topK: 1, width: 6, ...more };
  return { ...tinySpec(experts), ffnExperts };
}

/** Random weights with every gradient alive: gains near 1, nothing zero. */
export function randomParameters(spec: ModelSpec, seed: number): Parameters {
  const next = random(seed);
  return new Map(
    [...parameterShapes(spec)].map(([name, shape]): [string, Parameter] => {
      const data = normals(
        shape.reduce((a, b) => a * b, 1),
        0.3,
        next,
      );
      if (name.endsWith('.gain') || name === 'router.temperature') data.set(data.map((x) => 1 + x / 3));
      return [name, { shape, data }];
    }),
  );
}
