import { MoodtapeError } from '../../errors.js';
import { expertShapes } from '../../model/parameters.js';
import { type DomainLoraSpec, firstAdaptedLayer, type ModelSpec } from '../../model/spec.js';
import { initialParameters } from '../initial.js';
import type { Model } from '../model.js';
import { isAdapter, isHead, namesOf, type Phase } from './phase.js';

/** How experts are made, besides their names. */
export type ExpertOptions = Pick<DomainLoraSpec, 'rank' | 'alpha' | 'router'>;

export const DEFAULT_EXPERTS: ExpertOptions = {
  rank: 8,
  alpha: 8,
  router: { at: 2, hidden: 64, mix: 'soft' },
};

/** FinSA-MoE, phase 1: one expert alone on its domain. Its adapters and the head learn; the base stays. */
export function expertPhase(base: Model, domain: string, experts: ExpertOptions, seed: number): Phase {
  if (base.spec.experts !== null) {
    throw new MoodtapeError('MT_TRAINING', 'an expert starts from a dense model; this one has experts', {
      remedy: 'give the bundle that `moodtape train base` wrote',
    });
  }
  const spec: ModelSpec = { ...base.spec, experts: { kind: 'domain-lora', names: [domain], ...experts } };
  const parameters = new Map([...base.parameters, ...initialParameters(expertShapes(spec), seed)]);
  const model = { spec, parameters };
  return {
    model,
    learns: namesOf(model, (name) => isAdapter(name) || isHead(name)),
    frozenLayers: firstAdaptedLayer(spec),
    objective: 'expert',
  };
}
