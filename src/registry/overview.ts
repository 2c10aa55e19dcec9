import type { ModelEvent } from '../codec/model-event.js';
import { aliasesOf } from './aliases.js';
import type { ModelRegistry } from './registry.js';

/** What a registry says of a version. */
export interface VersionOverview {
  readonly version: string;
  readonly model: string;
  readonly aliases: readonly string[];
  /** Share of the texts while it is on trial. */
  readonly share: number | undefined;
  /** Milliseconds since the epoch. */
  readonly registeredAt: number;
  /** What last happened to it since. */
  readonly decision: ModelEvent | undefined;
}

/** The versions that are there, the newest first. */
export async function overviewOf(registry: ModelRegistry): Promise<VersionOverview[]> {
  const state = await registry.state();
  const events = await registry.events();
  return state.versions.toReversed().flatMap((version) => {
    const own = events.filter((event) => event.version === version);
    const start = own.findLastIndex(({ event }) => event === 'registered');
    const [registered, ...decisions] = own.slice(start);
    if (registered === undefined) return [];
    return {
      version,
      model: registered.model,
      aliases: aliasesOf(version, state),
      share: state.trial?.version === version ? state.trial.share : undefined,
      registeredAt: registered.at,
      decision: decisions.at(-1),
    };
  });
}
