import type { ModelEvent } from '../codec/model-event.js';

/** A version that scores some of the texts before it may go live. */
export interface Trial {
  /** `canary`: its scores go out; `shadow`: it scores beside the live version, and its scores are only compared. */
  readonly kind: 'canary' | 'shadow';
  readonly version: string;
  /** Share of the texts, above 0 and at most 1. */
  readonly share: number;
}

/** What follows from the events of a journal. */
export interface RegistryState {
  /** Number of the last event; 0 when there is none. */
  readonly seq: number;
  /** Versions that are registered and not collected, the newest last. */
  readonly versions: readonly string[];
  /** Those of them that have been live, the live one last: a rollback takes it away. */
  readonly lineage: readonly string[];
  readonly live: string | undefined;
  /** What a rollback brings back. */
  readonly previous: string | undefined;
  readonly trial: Trial | undefined;
}

export const EMPTY: RegistryState = {
  seq: 0,
  versions: [],
  lineage: [],
  live: undefined,
  previous: undefined,
  trial: undefined,
};

/** The state after the next event. */
export function fold(state: RegistryState, event: ModelEvent): RegistryState {
  const { live, previous, ...changed } = { ...state, ...changeOf(state, event) };
  return { ...changed, seq: event.seq, live: changed.lineage.at(-1), previous: changed.lineage.at(-2) };
}

/** A change of the live version ends the trial, since it was one against the version that was live. */
function changeOf(
  { versions, lineage, trial }: RegistryState,
  { event, version, share }: ModelEvent,
): Partial<RegistryState> {
  switch (event) {
    case 'registered':
      return { versions: [...without(versions, version), version] };
    case 'promoted':
      return { lineage: [...without(lineage, version), version], trial: undefined };
    case 'rolledBack':
      return { lineage: lineage.slice(0, lineage.indexOf(version) + 1), trial: undefined };
    case 'rejected':
      return trial?.version === version ? { trial: undefined } : {};
    case 'canary':
    case 'shadow':
      return { trial: { kind: event, version, share: share ?? 1 } };
    case 'trialEnded':
      return { trial: undefined };
    case 'collected':
      return { versions: without(versions, version), lineage: without(lineage, version) };
  }
}

const without = (versions: readonly string[], version: string) => versions.filter((one) => one !== version);
