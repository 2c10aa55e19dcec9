import { beside, stacked } from '../model/matrix.js';
import { expertShapes, type Parameter } from '../model/parameters.js';
import type { DomainLoraSpec } from '../model/spec.js';
import { initialParameters } from './initial.js';
import type { Model } from './model.js';
import type { ExpertOptions } from './phases/expert.js';
import { isAdapter } from './phases/phase.js';

/**
 * The model with an expert for each of these domains: those that it lacks are put beside those that it has, or, where it is
 * dense, are made as `wanted` says. New adapters add nothing until they have learned, and no expert reads differently alone;
 * a router that there was starts to weigh a new expert evenly, near its middle.
 */
export function withExperts(
  model: Model,
  domains: readonly string[],
  wanted: ExpertOptions,
  seed: number,
): Model {
  const { spec, parameters } = model;
  const { experts } = spec;
  const missing = domains.filter((domain) => !experts?.names.includes(domain));
  if (missing.length === 0) return model;
  const added: DomainLoraSpec = { kind: 'domain-lora', ...(experts ?? wanted), names: missing };
  const fresh = initialParameters(expertShapes({ ...spec, experts: added }), seed);
  if (experts === null) {
    return { spec: { ...spec, experts: added }, parameters: new Map([...parameters, ...fresh]) };
  }
  const grown = [...parameters].map(([name, parameter]): [string, Parameter] => {
    const more = fresh.get(name);
    return [name, more === undefined ? parameter : joined(name, parameter, more)];
  });
  const names = [...experts.names, ...missing];
  return { spec: { ...spec, experts: { ...experts, names } }, parameters: new Map(grown) };
}

/** What belongs to single experts lies side by side; the rest of the router stays as it is. */
function joined(name: string, parameter: Parameter, more: Parameter): Parameter {
  if (name.endsWith('.adapter.b')) return stacked(parameter, more);
  if (isAdapter(name) || name.startsWith('router.output.')) return beside(parameter, more);
  return parameter;
}
