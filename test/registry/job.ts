import type { ModelEvent } from '../../src/codec/model-event.js';

export const ACTIONS = ['register', 'promote', 'reject', 'rollback', 'try', 'endTrial', 'collect'] as const;

export interface Step {
  readonly action: (typeof ACTIONS)[number];
  /** Which bundle it is about. */
  readonly bundle: number;
  /** Whether it is decided on the state before all steps. */
  readonly early: boolean;
}

/** What a decider is sent. */
export interface Job {
  readonly folder: string;
  readonly bundles: readonly { readonly dir: string; readonly version: string }[];
  readonly steps: readonly Step[];
}

/** What a decider answers. */
export interface Answer {
  /** What was decided, as it was told to the decider. */
  readonly decided: readonly ModelEvent[];
  /** Codes of the errors that were met. */
  readonly refused: readonly string[];
}
