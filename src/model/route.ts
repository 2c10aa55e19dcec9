import { MoodtapeError } from '../errors.js';
import type { ModelSpec } from './spec.js';

/** Who weighs the experts: the router, or one expert alone. */
export type Route = 'router' | { readonly expert: number };

/**
 * The way of texts to one expert alone, by its name; to the router's choice when left out.
 *
 * @throws MoodtapeError MT_CONFIG when the model has no such expert.
 */
export function routeTo(expert: string | undefined, { experts }: Pick<ModelSpec, 'experts'>): Route {
  if (expert === undefined) return 'router';
  const names = experts?.names ?? [];
  if (names.includes(expert)) return { expert: names.indexOf(expert) };
  throw new MoodtapeError(
    'MT_CONFIG',
    `the model has no expert ${expert}; it has ${names.join(', ') || 'none'}`,
  );
}
