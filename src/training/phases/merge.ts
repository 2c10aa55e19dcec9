import { MoodtapeError } from '../../errors.js';
import { beside, scaled, stacked } from '../../model/matrix.js';
import { expertShapes, type Parameter } from '../../model/parameters.js';
import type { DomainLoraSpec, ModelSpec } from '../../model/spec.js';
import { initialParameters } from '../initial.js';
import type { Model } from '../model.js';
import { isAdapter, isHead, isRouter } from './phase.js';

/**
 * FinSA-MoE, phase 2: experts that were trained alone from one base become one model. Their adapters lie side by side,
 * the head is the mean of theirs, and the router is new.
 *
 * @throws MoodtapeError MT_TRAINING when the experts differ in more than adapters and head
 */
export function merge(models: readonly Model[], seed: number): Model {
  const [first] = models;
  if (first === undefined) throw new MoodtapeError('MT_TRAINING', 'nothing to merge');
  const experts = models.map(({ spec }) => spec.experts);
  const names = experts.flatMap((expert) => expert?.names ?? []);
  const shared = sharedSpec(experts);
  if (names.length !== models.length || new Set(names).size !== names.length) {
    throw new MoodtapeError(
      'MT_TRAINING',
      `each model to merge must have one expert of its own, not ${names.join(', ')}`,
    );
  }
  const spec: ModelSpec = { ...first.spec, experts: { ...shared, names } };
  const parameters = new Map(initialParameters(expertShapes(spec), seed));
  for (const [name, parameter] of first.parameters) {
    if (isRouter(name)) continue;
    const parts = models.map((model) => partOf(model, name));
    if (name.endsWith('.adapter.a')) parameters.set(name, beside(...parts));
    else if (isAdapter(name)) parameters.set(name, stacked(...parts));
    else if (isHead(name)) parameters.set(name, meanOf(parts));
    else parameters.set(name, equalOf(parts, name, parameter));
  }
  return { spec, parameters };
}

function sharedSpec(experts: readonly (DomainLoraSpec | null)[]): DomainLoraSpec {
  const [first] = experts;
  const settings = (expert: DomainLoraSpec | null | undefined) => JSON.stringify({ ...expert, names: [] });
  if (!first || experts.some((expert) => settings(expert) !== settings(first))) {
    throw new MoodtapeError('MT_TRAINING', 'the experts differ in rank, alpha or router');
  }
  return first;
}

function partOf({ parameters }: Model, name: string): Parameter {
  const part = parameters.get(name);
  if (part === undefined) throw new MoodtapeError('MT_TRAINING', `one of the experts has no ${name}`);
  return part;
}

function meanOf(parts: readonly Parameter[]): Parameter {
  const [first, ...rest] = parts.map((part) => scaled(part, 1 / parts.length));
  if (first === undefined) throw new MoodtapeError('MT_TRAINING', 'nothing to average');
  return {
    shape: first.shape,
    data: first.data.map((x, i) => rest.reduce((sum, { data }) => sum + (data[i] ?? 0), x)),
  };
}

function equalOf(parts: readonly Parameter[], name: string, first: Parameter): Parameter {
  if (parts.some(({ data }) => Buffer.compare(bytesOf(data), bytesOf(first.data)) !== 0)) {
    throw new MoodtapeError('MT_TRAINING', `the experts come from different bases: ${name} differs`);
  }
  return first;
}

const bytesOf = (data: Float32Array) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
