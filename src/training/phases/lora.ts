import { MoodtapeError } from '../../errors.js';
import { plus, product, scaled } from '../../model/matrix.js';
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
    finish: (trained) => mergeAdapters(trained, experts),
  };
}

/** The same model without its one expert: W + s·AB in the place of each adapted W. */
function mergeAdapters({ spec, parameters }: Model, { rank, alpha }: DomainLoraSpec): Model {
  const merged = new Map([...parameters].filter(([name]) => !isAdapter(name)));
  for (const [name, a] of parameters) {
    if (!name.endsWith('.adapter.a')) continue;
    const map = name.slice(0, -'.adapter.a'.length);
    const [weight, b] = [parameters.get(`${map}.weight`), parameters.get(`${map}.adapter.b`)];
    if (weight === undefined || b === undefined) {
      throw new MoodtapeError('MT_TRAINING', `the adapter of ${map} has nothing to be merged with`);
    }
    merged.set(`${map}.weight`, plus(weight, scaled(product(a, b), alpha / rank)));
  }
  return { spec: { ...spec, experts: null }, parameters: merged };
}
