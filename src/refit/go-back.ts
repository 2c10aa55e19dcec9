import { MoodtapeError } from '../errors.js';
import type { ModelRegistry } from '../registry/registry.js';
import type { RolledBack } from './trainer-event.js';
import { regressionOf, type WatchSettings, type WatchState } from './watch/live-watch.js';
import type { ScoredMix } from './watch/scored-mix.js';
import { UNTESTED } from './watch/sequential-test.js';

/**
 * Rolls the live version back when it turns out worse than the one before; undefined when it does not. A version that is
 * live by a rollback is not watched, or one bad version could take good ones before it along.
 *
 * @param watch what labels have said so far, perhaps of other versions
 * @throws MoodtapeError MT_REGISTRY when the registry cannot be read or written, MT_BUNDLE when the version before is damaged.
 */
export async function goBackIfWorse(
  registry: Pick<ModelRegistry, 'events' | 'rollback' | 'state'>,
  watch: WatchState | undefined,
  mix: Pick<ScoredMix, 'differences'>,
  settings: WatchSettings,
): Promise<RolledBack | undefined> {
  const { live, previous, seq } = await registry.state();
  if (live === undefined || previous === undefined) return undefined;
  const events = await registry.events();
  const last = events.findLast(({ event }) => event === 'promoted' || event === 'rolledBack');
  if (last?.event !== 'promoted') return undefined;
  const isOfThese = watch?.live === live && watch.previous === previous;
  const state = isOfThese ? watch : { live, previous, test: UNTESTED };
  const regression = regressionOf(state, mix.differences(live, previous), settings);
  if (regression === undefined) return undefined;
  try {
    await registry.rollback({ ...regression, seq });
  } catch (error) {
    // Somebody else has decided meanwhile.
    if (error instanceof MoodtapeError && error.code === 'MT_CONFLICT') return undefined;
    throw error;
  }
  return { type: 'rolledBack', from: live, to: previous, ...regression };
}
