import { z } from 'zod';
import type { FieldFacts } from '../config.js';
import type { Component } from './component.js';
import { COMPONENTS } from './topology.js';

/** A field that a component declares, and where it stands in a topology. */
export interface DeclaredField {
  readonly path: readonly (string | number)[];
  /** Without its default. */
  readonly schema: z.core.$ZodType;
  readonly facts: FieldFacts;
}

/** Every field that a topology may have, set or not: those of its components, and of the ones that a variable may add. */
export function declaredFields(topology: unknown): DeclaredField[] {
  return COMPONENTS.flatMap((component) =>
    pathsOf(topology, component).flatMap((path) =>
      Object.entries(component.fields.shape).map(([name, declared]) => {
        const schema = withoutDefault(declared);
        const facts = { ...z.globalRegistry.get(schema), ...z.globalRegistry.get(declared) };
        return { path: [...path, name], schema, facts };
      }),
    ),
  );
}

function pathsOf(topology: unknown, { key, kind, ambient }: Component): (string | number)[][] {
  const section = valueAt(topology, [key]);
  if (Array.isArray(section)) return section.map((_, i) => [key, i]);
  if (section === undefined) return ambient && kind === undefined ? [[key]] : [];
  return kind === undefined || valueAt(section, ['kind']) === kind ? [[key]] : [];
}

function withoutDefault(schema: z.core.$ZodType): z.core.$ZodType {
  const wrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return wrapped ? withoutDefault(schema.unwrap()) : schema;
}

export function isRecord(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Undefined where there is nothing. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) => (isRecord(inner) && Object.hasOwn(inner, step) ? inner[step] : undefined),
    value,
  );
}

/** A copy with one more value, or with another one in its place. */
export function withValue(value: unknown, path: readonly (string | number)[], put: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return put;
  const inner = withValue(valueAt(value, [step]), rest, put);
  if (Array.isArray(value)) return value.map((item, i) => (i === step ? inner : item));
  return { ...(isRecord(value) ? value : {}), [step]: inner };
}
