import { mergedExpert } from '../../model/merged-expert.js';
import { expertShapes } from '../../model/parameters.js';
import type { DomainLoraSpec } from '../../model/spec.js';
import { initialParameters } from '../initial.js';
import type { LoraMethod } from '../method.js';
import type { Model } from '../model.js';
import { isAdapter, isHead, isRouter, namesOf, type Phase } from './phase.js';

/** LoRA is one `domain-lora` expert for all texts: it needs no router, and its adapters are merged in the end. */
export function loraPhase(dense: Model, { rank, alpha, frozenLayers }: LoraMethod, seed: number): Phase {
  const experts: DomainLoraSpec = {
    kind: 'domain-lora',
    names: ['all'],
    rank,
    alpha,
    router: { at: frozenLayers, hidden: 1, mix: 'soft' },
  };
  const spec = { ...dense.spec, experts };
  const adapters = expertShapes(spec).filter(([name]) => !isRouter(name));
  const model = { spec, parameters: new Map([...dense.parameters, ...initialParameters(adapters, seed)]) };
  return {
    model,
    learns: namesOf(model, (name) => isAdapter(name) || isHead(name)),
    frozenLayers,
    objective: 'expert',
    finish: ({ parameters }) => ({
      spec: { ...dense.spec, experts: null },
      parameters: mergedExpert(spec, parameters, 0),
    }),
  };
}
