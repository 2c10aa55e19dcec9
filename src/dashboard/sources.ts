import type { ModelEvent } from '../codec/model-event.js';
import type { Sentiment, SentimentIndex } from '../codec/sentiment.js';
import type { Consumer } from '../observe/metrics/lag.js';
import type { PipelineStats } from '../observe/pipeline-stats.js';
import type { LiveAccuracy } from '../refit/watch/live-accuracy.js';
import type { VersionOverview } from '../registry/overview.js';
import type { RegistryState } from '../registry/state.js';
import type { LogRecord, Transport } from '../transport/transport.js';
import type { View } from '../view/view.js';

/** Of a group that reads nothing: for what a log says of its topics. */
export const NO_GROUP = 'moodtape-dashboard';

/** A topic of the log and how its records are read; what somebody else wrote there is left out. */
export interface Followed<T> {
  readonly topic: string;
  decode(
    records: readonly LogRecord[],
  ): Promise<readonly { readonly partition: number; readonly offset: bigint; readonly value: T }[]>;
}

/** What a registry of models says at one time. */
export interface ModelsNow {
  readonly state: RegistryState;
  readonly versions: readonly VersionOverview[];
  /** Oldest first. */
  readonly events: readonly ModelEvent[];
}

/** All that the dashboard looks at. It changes none of it. */
export interface Sources {
  readonly view: Pick<View, 'recent' | 'page' | 'index' | 'symbols' | 'summary'>;
  readonly log: Pick<Transport, 'lag' | 'read' | 'tail'>;
  readonly scored: Followed<Sentiment>;
  readonly index: Followed<SentimentIndex>;
  /** The topic of the dead letters. */
  readonly deadLetters: string;
  /** The groups of this run. */
  readonly consumers: readonly Consumer[];
  readonly stats: PipelineStats;
  /** Names of symbols. */
  readonly names: ReadonlyMap<string, string>;
  /** The model that scores now; undefined where there is no scorer. */
  model(): { readonly name: string; readonly version: string } | undefined;
  /** Undefined where there is no registry of models. */
  models(): Promise<ModelsNow | undefined>;
  /** Undefined where no trainer is told labels. */
  accuracy(): LiveAccuracy | undefined;
}
