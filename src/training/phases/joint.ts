import { MoodtapeError } from '../../errors.js';
import { firstAdaptedLayer } from '../../model/spec.js';
import type { Model } from '../model.js';
import { isAdapter, isHead, isRouter, namesOf, type Phase } from './phase.js';

/** FinSA-MoE, phase 3: the router and the head learn under experts that stay. */
export function routerPhase(merged: Model): Phase {
  return routedPhase(merged, (name) => isRouter(name) || isHead(name));
}

/** FinSA-MoE, phase 4: adapters, router and head learn together, on all domains. */
export function jointPhase(model: Model): Phase {
  return routedPhase(model, (name) => isAdapter(name) || isRouter(name) || isHead(name));
}

function routedPhase(model: Model, learns: (name: string) => boolean): Phase {
  if (model.spec.experts === null || model.spec.experts.names.length < 2) {
    throw new MoodtapeError('MT_TRAINING', 'joint training needs a model with two experts or more', {
      remedy: 'merge them first with `moodtape train merge`',
    });
  }
  return {
    model,
    learns: namesOf(model, learns),
    frozenLayers: firstAdaptedLayer(model.spec),
    objective: 'router',
  };
}
