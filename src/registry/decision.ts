import { isDeepStrictEqual } from 'node:util';
import type { ModelEvent } from '../codec/model-event.js';
import { MoodtapeError } from '../errors.js';
import { EMPTY, fold, type RegistryState, type Trial } from './state.js';

// What may be decided in a state. What does not fit it is MT_CONFLICT, an unknown version MT_REGISTRY.

/** What is decided about which version. */
export interface Decision {
  readonly event: ModelEvent['event'];
  readonly version: string;
  readonly share?: number;
}

export function promotion(version: string, state: RegistryState): Decision {
  checkRegistered(version, state);
  if (state.live === version) throw conflict(`${version} is live already`);
  return { event: 'promoted', version };
}

export function rejection(version: string, state: RegistryState): Decision {
  checkRegistered(version, state);
  if (state.live === version) throw conflict(`${version} is live; roll back instead`);
  return { event: 'rejected', version };
}

export function wayBack({ previous }: RegistryState): Decision {
  if (previous === undefined) throw conflict('there is no earlier version to go back to');
  return { event: 'rolledBack', version: previous };
}

export function trialStart({ kind, version, share }: Trial, state: RegistryState): Decision {
  const { live, trial } = state;
  checkRegistered(version, state);
  if (live === undefined) throw conflict(`nothing is live that ${version} could be compared with`);
  if (live === version) throw conflict(`${version} is live already`);
  if (trial && trial.version !== version) throw conflict(`${trial.version} is on trial; end that first`);
  return { event: kind, version, share };
}

export function trialEnd({ trial }: RegistryState): Decision {
  if (trial === undefined) throw conflict('there is no trial to end');
  return { event: 'trialEnded', version: trial.version };
}

/** The oldest version that is neither live, previous, on trial nor among the newest `keep`, if there is one. */
export function collection(
  { versions, live, previous, trial }: RegistryState,
  keep: number,
): Decision | undefined {
  const old = versions.slice(0, Math.max(0, versions.length - keep));
  const version = old.find((one) => ![live, previous, trial?.version].includes(one));
  return version === undefined ? undefined : { event: 'collected', version };
}

/** @throws MoodtapeError MT_CONFLICT when what is live, previous or on trial is not what it was after the event `seq`. */
export function checkUnchanged(seq: number, events: readonly ModelEvent[]): void {
  const then = events.slice(0, seq).reduce(fold, EMPTY);
  const now = events.slice(seq).reduce(fold, then);
  if (isDeepStrictEqual(rolesOf(then), rolesOf(now))) return;
  throw conflict(`it was decided at event ${seq}, and what is live or on trial has changed since`);
}

const rolesOf = ({ live, previous, trial }: RegistryState) => ({ live, previous, trial });

function checkRegistered(version: string, { versions }: RegistryState): void {
  if (versions.includes(version)) return;
  throw new MoodtapeError('MT_REGISTRY', `the registry has no version ${version}`);
}

function conflict(message: string): MoodtapeError {
  return new MoodtapeError('MT_CONFLICT', message);
}
