import { z } from 'zod';
import type { Bundle } from '../model/bundle.js';

/** Where two models differ, and what each has there; undefined where one has nothing. */
export interface Difference {
  /** As `spec.experts.rank`. */
  readonly path: string;
  readonly first: unknown;
  readonly second: unknown;
}

/** Where two models differ in what they are, how they scored and how they were made. */
export function differencesOf(first: Bundle, second: Bundle): Difference[] {
  const [before, after] = [leavesOf(described(first)), leavesOf(described(second))];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => JSON.stringify(before.get(path)) !== JSON.stringify(after.get(path)))
    .map((path) => ({ path, first: before.get(path), second: after.get(path) }));
}

/** The models before it, from how a model was made: training writes their provenance in full. */
const fromSchema = z.array(z.looseObject({ name: z.string(), version: z.string() })).catch([]);

function described({ name, temperature, spec, metrics, provenance }: Bundle) {
  const { history: _, from, ...made } = provenance;
  const origins = fromSchema.parse(from).map((model) => `${model.name} ${model.version}`);
  return { name, spec, temperature, metrics, provenance: { ...made, from: origins } };
}

/** Values by their path; a list of plain values is one value. */
function leavesOf(value: unknown, path = ''): Map<string, unknown> {
  if (!isBranch(value)) return new Map([[path, value]]);
  return new Map(
    Object.entries(value).flatMap(([key, part]) => [...leavesOf(part, path === '' ? key : `${path}.${key}`)]),
  );
}

function isBranch(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return !Array.isArray(value) || value.some((item) => typeof item === 'object' && !Array.isArray(item));
}
