import type { ErrorCode, MoodtapeError } from '../errors.js';
import type { Spent } from './item.js';
import type { ModelChange } from './model-change.js';

interface PartitionEvent {
  readonly topic: string;
  readonly partition: number;
}

/** A poll came in. */
export interface PollRead extends PartitionEvent {
  readonly type: 'read';
  readonly records: number;
  /** Bytes of keys and values. */
  readonly bytes: number;
}

/** Texts have come to wait for a worker, or a worker has taken some. */
export interface QueueChanged {
  readonly type: 'queue';
  /** Those that wait now. */
  readonly texts: number;
}

/** The model has read a batch. */
export interface BatchScored {
  readonly type: 'batch';
  readonly texts: number;
  /** Tokens of the texts, and tokens added to pad them to the longest. */
  readonly tokens: number;
  readonly padding: number;
  /** From when a worker was given the batch, which may have had another one to finish first. */
  readonly milliseconds: number;
  /** How many milliseconds each text had waited for a worker. */
  readonly waits: readonly number[];
}

/** A poll's outputs and its next offset are in the log. */
export interface PollCommitted extends PartitionEvent {
  readonly type: 'committed';
  readonly records: number;
  readonly scored: number;
  /** Of `scored`: those that the model did not have to read again. */
  readonly cached: number;
  /** Dead letters by code. */
  readonly dead: Readonly<Partial<Record<ErrorCode, number>>>;
  readonly nextOffset: bigint;
  /** From the poll to its commit: the latency of each of its records. */
  readonly milliseconds: number;
  /** Milliseconds that were worked on the poll: all its records in a stage, and its transaction. */
  readonly spent: Readonly<Spent> & { readonly commit: number };
}

/** A poll's transaction failed; the poll is tried again. */
export interface PollRetried extends PartitionEvent {
  readonly type: 'retried';
  readonly error: MoodtapeError;
}

/** Another consumer has taken the partition over, and the poll with it. */
export interface PollFenced extends PartitionEvent {
  readonly type: 'fenced';
}

/** What a scorer tells those who watch it: progress bars, metrics, logs. */
export type ScorerEvent =
  | PollRead
  | QueueChanged
  | BatchScored
  | PollCommitted
  | PollRetried
  | PollFenced
  | ModelChange;

export type Report = (event: ScorerEvent) => void;
