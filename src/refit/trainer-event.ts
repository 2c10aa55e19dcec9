import type { ErrorCode, MoodtapeError } from '../errors.js';
import type { RefitProgress } from './candidate/protocol.js';
import type { Suspicion } from './guard/guard.js';
import type { BufferCounts } from './labels/buffer.js';
import type { Drift } from './watch/drift.js';

/** A poll of labels is in the buffer. */
export interface LabelsRead {
  readonly type: 'labelsRead';
  readonly topic: string;
  readonly partition: number;
  /** Those that can be read. */
  readonly labels: number;
  /** Dead letters by code. */
  readonly dead: Readonly<Partial<Record<ErrorCode, number>>>;
}

/** Labels were judged. */
export interface LabelsJudged {
  readonly type: 'labelsJudged';
  readonly kept: number;
  readonly held: Readonly<Record<Suspicion, number>>;
  /** What the buffer holds now. */
  readonly counts: BufferCounts;
}

/** Texts or labels are no longer what the model learned from. */
export interface DriftSeen extends Drift {
  readonly type: 'driftSeen';
}

/** A refit goes on its way, or on from where its process died. */
export interface RefitBegun {
  readonly type: 'refitBegun';
  /** Why it was due. */
  readonly reason: string;
}

export interface RefitStepped extends RefitProgress {
  readonly type: 'refitStepped';
}

/** A refit is done, and its model promoted or rejected. */
export interface RefitDecided {
  readonly type: 'refitDecided';
  readonly promoted: boolean;
  readonly version: string;
  readonly reason: string;
  /** All that the decision rests on. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Of the process of the refit. */
  readonly seconds: number;
}

/** A refit came to nothing; the next one starts from the beginning. */
export interface RefitFailed {
  readonly type: 'refitFailed';
  readonly error: MoodtapeError;
}

/** The live version turned out worse than the one before, which is live again. */
export interface RolledBack {
  readonly type: 'rolledBack';
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly metrics: Readonly<Record<string, number>>;
}

/** The registry of models is out of reach; labels wait. */
export interface RegistryAway {
  readonly type: 'registryAway';
  readonly error: MoodtapeError;
}

/** What a trainer tells those who watch it: logs and metrics. */
export type TrainerEvent =
  | LabelsRead
  | LabelsJudged
  | DriftSeen
  | RefitBegun
  | RefitStepped
  | RefitDecided
  | RefitFailed
  | RolledBack
  | RegistryAway;
