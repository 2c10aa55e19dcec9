import { headShapes } from '../../model/parameters.js';
import type { ModelSpec } from '../../model/spec.js';
import { initialParameters } from '../initial.js';
import type { Model } from '../model.js';
import { isHead, namesOf, type Phase } from './phase.js';

/** Full fine-tuning of an encoder without experts on all domains together: embeddings, all layers, and a new head. */
export function basePhase(encoder: Model, seed: number): Phase {
  const spec: ModelSpec = { ...encoder.spec, experts: null };
  const kept = [...encoder.parameters].filter(([name]) => !isHead(name));
  const parameters = new Map([...kept, ...initialParameters(headShapes(spec), seed)]);
  const model = { spec, parameters };
  return { model, learns: namesOf(model, () => true), frozenLayers: undefined, objective: 'expert' };
}
