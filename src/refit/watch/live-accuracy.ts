import { Adwin } from './adwin.js';
import type { DriftState } from './drift.js';
import type { WatchState } from './live-watch.js';
import { differenceOf } from './sequential-test.js';

/** How well the live version does by the labels that came lately. */
export interface LiveAccuracy {
  /** Labels that it was compared with. */
  readonly labels: number;
  /** Share of them that it had right, before it learned from them. */
  readonly accuracy: number;
  /** Its accuracy minus that of the version before, since it went live; undefined while they have not been compared. */
  readonly difference: number | undefined;
}

/** Lately is as long as the accuracy has not changed; undefined while there are no labels. */
export function liveAccuracy(
  { error }: Pick<DriftState, 'error'>,
  watch: WatchState | undefined,
): LiveAccuracy | undefined {
  const errors = new Adwin(undefined, error);
  if (errors.size === 0) return undefined;
  const difference = watch && differenceOf(watch.test);
  return { labels: errors.size, accuracy: 1 - errors.mean, difference };
}
