import { parseVariable, type Variables } from '../config.js';
import { declaredFields, isRecord, withValue } from './declared.js';
import type { Problem } from './problem.js';
import { COMPONENTS } from './topology.js';

/** What a profile may speak of: components that there is one of. */
const SECTIONS = new Set(
  COMPONENTS.map(({ key }) => key).filter((key) => key !== 'feeds' && key !== 'sources'),
);
/** What a profile may add to a topology that has none. */
const AMBIENT = new Set(COMPONENTS.filter(({ ambient }) => ambient).map(({ key }) => key));

/**
 * A topology with what a profile says of its components; where both speak of a field the topology wins. A profile does
 * not change what flows: it adds no scorer, index or view, and says nothing of a component of another kind.
 */
export function withProfile(topology: unknown, profile: unknown): unknown {
  if (!isRecord(topology) || !isRecord(profile)) return topology;
  const sections = Object.entries(profile).flatMap(([key, section]) => {
    const own = topology[key];
    if (own === undefined) return AMBIENT.has(key) ? [[key, section]] : [];
    if (!SECTIONS.has(key) || !isRecord(own) || !isRecord(section)) return [];
    const sameKind = own.kind === undefined || section.kind === undefined || own.kind === section.kind;
    return sameKind ? [[key, { ...section, ...own }]] : [];
  });
  return { ...topology, ...Object.fromEntries(sections) };
}

/** What is in a profile and cannot be. */
export function checkProfile(profile: unknown): Problem[] {
  if (!isRecord(profile)) return [{ path: [], message: 'expected the sections of a topology' }];
  return Object.entries(profile).flatMap(([key, section]): Problem[] => {
    if (!SECTIONS.has(key)) return [{ path: [key], message: 'a profile cannot set this', at: 'key' }];
    return isRecord(section) ? [] : [{ path: [key], message: 'expected the fields of the component' }];
  });
}

/** A field that a variable has set. */
export interface FromVariable {
  readonly path: readonly PropertyKey[];
  readonly variable: string;
}

/** A topology with the values of environment variables. */
export function withVariables(
  topology: unknown,
  variables: Variables,
): { readonly value: unknown; readonly from: readonly FromVariable[] } {
  const set = declaredFields(topology).flatMap(({ path, schema, facts: { environment } }) => {
    const text = environment && variables[environment];
    return environment && text ? [{ path, environment, value: parseVariable(text, schema) }] : [];
  });
  return {
    value: set.reduce<unknown>((value, { path, value: put }) => withValue(value, path, put), topology),
    from: set.map(({ path, environment }) => ({ path, variable: environment })),
  };
}
