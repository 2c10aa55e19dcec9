import type { MoodtapeError } from '../errors.js';
import type { TrialBatch, TrialOutcome, TrialTerms } from '../inference/trial.js';

interface ModelStarted {
  readonly model: string;
  readonly version: string;
  /** From its loading until it does its work; in a swap until the old version is gone. */
  readonly milliseconds: number;
}

/** Another version scores from now on. */
export interface ModelSwapped extends ModelStarted {
  readonly type: 'swapped';
  /** What it runs on, as `cpu-int8-2x1`. */
  readonly runtime: string;
  /** The version that scored before. */
  readonly previous: string;
}

/** A version could not be brought in. What scored before goes on. */
export interface SwapFailed {
  readonly type: 'swapFailed';
  /** What it was to be. */
  readonly role: 'live' | TrialTerms['kind'];
  readonly version: string;
  readonly error: MoodtapeError;
}

/** A version is tried beside the live one. */
export interface TrialStarted extends ModelStarted, TrialTerms {
  readonly type: 'trialStarted';
}

/** What the version on trial did with texts of a batch. */
export interface TrialBatchScored extends TrialBatch {
  readonly type: 'trial';
}

/** A trial is over; what came of it here. */
export interface TrialEnded extends TrialTerms, TrialOutcome {
  readonly type: 'trialEnded';
  readonly version: string;
}

/** What becomes of the models of a scorer while it works. */
export type ModelChange = ModelSwapped | SwapFailed | TrialStarted | TrialBatchScored | TrialEnded;
