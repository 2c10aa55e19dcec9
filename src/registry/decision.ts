import { isDeepStrictEqual } from 'node:util';
import type { ModelEvent } from '../codec/model-event.js';
import { MoodtapeError } from '../errors.js';
import type { Draft } from './journal.js';
import { EMPTY, fold, type RegistryState } from './state.js';

/** What a decision rests on. */
export interface Note {
  readonly reason?: string | undefined;
  readonly metrics?: Readonly<Record<string, number>> | undefined;
  /**
   * `seq` of the state that the decision was made on. When what is live, previous or on trial has changed since, it is
   * refused (MT_CONFLICT). Left out, whatever the state is by then will do.
   */
  readonly seq?: number | undefined;
}

export type Decision = Pick<ModelEvent, 'event' | 'version' | 'model'> & { readonly share?: number };

export function draftOf(decision: Decision, { live }: RegistryState, { reason, metrics }: Note): Draft {
  return {
    ...decision,
    previous: live ?? null,
    at: Date.now(),
    reason: reason ?? null,
    share: decision.share ?? null,
    metrics: metrics ?? {},
  };
}

/** The name of a model, from when its version was registered. */
export function modelOf(version: string, events: readonly ModelEvent[]): string {
  const registered = events.findLast((one) => one.event === 'registered' && one.version === version);
  return registered?.model ?? version;
}

/** @throws MoodtapeError MT_CONFLICT when what is live, previous or on trial is not what it was after the event `seq`. */
export function checkUnchanged(seq: number, events: readonly ModelEvent[]): void {
  const roles = ({ live, previous, trial }: RegistryState) => ({ live, previous, trial });
  const then = events.slice(0, seq).reduce(fold, EMPTY);
  const now = events.slice(seq).reduce(fold, then);
  if (isDeepStrictEqual(roles(then), roles(now))) return;
  throw conflict(`it was decided at event ${seq}, and since then what is live or on trial has changed`);
}

export function conflict(message: string): MoodtapeError {
  return new MoodtapeError('MT_CONFLICT', message);
}

/** The oldest version that is neither live, previous, on trial nor among the newest `keep`. */
export function disposable(
  { versions, live, previous, trial }: RegistryState,
  keep: number,
): string | undefined {
  const old = versions.slice(0, Math.max(0, versions.length - keep));
  return old.find((version) => ![live, previous, trial?.version].includes(version));
}
