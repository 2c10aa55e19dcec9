import { firstAdaptedLayer, type ModelSpec } from '../../model/spec.js';
import { withExperts } from '../grow-experts.js';
import type { Model } from '../model.js';
import { DEFAULT_EXPERTS, type ExpertOptions } from './expert.js';
import { jointPhase } from './joint.js';
import { isAdapter, isHead, namesOf, type Phase } from './phase.js';

/** The upper half of the layers gets adapters. */
export function usualExperts({ encoder }: ModelSpec): ExpertOptions {
  const at = Math.floor(encoder.layers / 2);
  return { ...DEFAULT_EXPERTS, router: { ...DEFAULT_EXPERTS.router, at } };
}

/**
 * From a model in use: adapters, router and head learn what new labels say. A domain that the model has no expert for gets
 * one, in a dense model as `experts` says; where one expert is all there is, it takes every text.
 */
export function refitPhase(
  incumbent: Model,
  domains: readonly string[],
  seed: number,
  experts: ExpertOptions = usualExperts(incumbent.spec),
): Phase {
  const model = withExperts(incumbent, domains, experts, seed);
  if ((model.spec.experts?.names.length ?? 0) > 1) return jointPhase(model);
  return {
    model,
    learns: namesOf(model, (name) => isAdapter(name) || isHead(name)),
    frozenLayers: firstAdaptedLayer(model.spec),
    objective: 'expert',
  };
}
