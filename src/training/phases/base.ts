import { MoodtapeError } from '../../errors.js';
import { encoderShapes, headShapes } from '../../model/parameters.js';
import type { ModelSpec } from '../../model/spec.js';
import { initialParameters } from '../initial.js';
import type { Method } from '../method.js';
import type { Model } from '../model.js';
import { WORDS } from '../word-gradient.js';
import { loraPhase } from './lora.js';
import { isAbove, isBias, isHead, namesOf, type Phase } from './phase.js';

export interface BaseOptions {
  readonly labels: readonly string[];
  readonly method: Method;
  readonly seed: number;
}

/**
 * An encoder under a new head learns a task, on all domains together: all of it, or the part that the method names.
 * For p-tuning the encoder is one `withPrompt`. The result is dense: of a model with `domain-lora` experts only the encoder is taken.
 */
export function basePhase(start: Model, { labels, method, seed }: BaseOptions): Phase {
  const model = underNewHead(start, labels, seed);
  const { layers } = model.spec.encoder;
  if ('frozenLayers' in method && method.frozenLayers > layers) {
    throw new MoodtapeError('MT_CONFIG', `frozenLayers: the model has ${layers} layers`);
  }
  switch (method.name) {
    case 'full':
      return dense(model, method.frozenLayers, () => true);
    case 'bitfit':
      return dense(model, method.frozenLayers, (name) => isBias(name) || isHead(name));
    case 'p-tuning': {
      const phase = dense(model, 0, (name) => name === WORDS || isHead(name));
      return { ...phase, firstWord: model.spec.encoder.vocabulary - method.promptTokens };
    }
    case 'probe':
      return dense(model, layers, isHead);
    case 'lora':
      return loraPhase(model, method, seed);
  }
}

function dense(model: Model, frozenLayers: number, learns: (name: string) => boolean): Phase {
  const above = isAbove(frozenLayers);
  return {
    model,
    learns: namesOf(model, (name) => learns(name) && above(name)),
    frozenLayers,
    objective: 'expert',
  };
}

function underNewHead(start: Model, labels: readonly string[], seed: number): Model {
  const spec: ModelSpec = { ...start.spec, experts: null, labels: [...labels] };
  const encoder = new Set(encoderShapes(spec).map(([name]) => name));
  const kept = [...start.parameters].filter(([name]) => encoder.has(name));
  return { spec, parameters: new Map([...kept, ...initialParameters(headShapes(spec), seed)]) };
}
