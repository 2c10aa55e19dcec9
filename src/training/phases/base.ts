import { encoderShapes, headShapes } from '../../model/parameters.js';
import type { ModelSpec } from '../../model/spec.js';
import { initialParameters } from '../initial.js';
import type { Model } from '../model.js';
import { namesOf, type Phase } from './phase.js';

/**
 * Full fine-tuning of an encoder on all domains together: embeddings, all layers, and a new head. Of a model with experts
 * only the encoder is taken.
 */
export function basePhase(start: Model, seed: number): Phase {
  const spec: ModelSpec = { ...start.spec, experts: null };
  const encoder = new Set(encoderShapes(spec).map(([name]) => name));
  const kept = [...start.parameters].filter(([name]) => encoder.has(name));
  const model = { spec, parameters: new Map([...kept, ...initialParameters(headShapes(spec), seed)]) };
  return { model, learns: namesOf(model, () => true), frozenLayers: undefined, objective: 'expert' };
}
