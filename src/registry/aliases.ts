import type { ModelEvent } from '../codec/model-event.js';
import { MoodtapeError } from '../errors.js';
import type { RegistryState } from './state.js';

const ALIASES = ['live', 'previous', 'canary', 'shadow'] as const;
type Alias = (typeof ALIASES)[number];

/** What a version is at present. */
export function aliasesOf(version: string, state: RegistryState): Alias[] {
  return ALIASES.filter((alias) => versionBehind(alias, state) === version);
}

/**
 * The version that an alias, a version or the beginning of one stands for, be it collected; undefined when there is none.
 *
 * @throws MoodtapeError MT_CONFIG when several versions begin so.
 */
export function findVersion(
  name: string,
  state: RegistryState,
  events: readonly ModelEvent[],
): string | undefined {
  const alias = ALIASES.find((one) => one === name);
  const aliased = alias && versionBehind(alias, state);
  if (aliased !== undefined) return aliased;
  const known = [...new Set(events.map(({ version }) => version))];
  const matches = known.filter((version) => version.startsWith(name));
  if (matches.length < 2) return matches[0];
  throw new MoodtapeError('MT_CONFIG', `several versions begin with ${name}: ${matches.join(', ')}`);
}

function versionBehind(alias: Alias, { live, previous, trial }: RegistryState): string | undefined {
  if (alias === 'live') return live;
  if (alias === 'previous') return previous;
  return trial?.kind === alias ? trial.version : undefined;
}
