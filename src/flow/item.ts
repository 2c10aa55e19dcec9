import type { Sentiment } from '../codec/sentiment.js';
import type { MoodtapeError } from '../errors.js';
import type { TokenisedText } from '../inference/engine.js';
import type { QueuedText } from '../inference/planner.js';
import type { LogRecord, Poll } from '../transport/transport.js';

/** The stages that can fail on a record; the header `moodtape.error.stage` of a dead letter. */
export type Stage = 'decode' | 'enrich' | 'score';

/** Milliseconds that the stages before the model have worked on the records of a poll so far. */
export interface Spent {
  decode: number;
  enrich: number;
}

/** A poll in flight. */
export interface Delivery {
  readonly poll: Poll;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** The stages add to it. */
  readonly spent: Spent;
}

/** A record, and the delivery that it came in. Every later form of it keeps its arrival. */
export interface Arrival {
  readonly delivery: Delivery;
  readonly record: LogRecord;
}

interface Item {
  readonly arrival: Arrival;
}

/** A text ready for the model. */
export interface Prepared extends Item, QueuedText {
  /** What is known of the text before it is scored. */
  readonly subject: Pick<Sentiment, 'id' | 'source' | 'domain' | 'symbols' | 'text' | 'publishedAt'>;
  readonly tokens: TokenisedText;
  /** When it began to wait for a worker, in milliseconds on the clock of `performance.now`. */
  readonly queuedAt: number;
  /** Version of the model that would have read the text when it came. */
  readonly reader: string;
  /** Equal for texts that have the same score from that model (`scoreKey`). */
  readonly key: string;
}

export interface Scored extends Item {
  readonly sentiment: Sentiment;
  /** True when the model did not have to read the text again. */
  readonly cached: boolean;
}

/** A record that a stage could not work on; it goes to the dead letters. */
export class Failed implements Item {
  constructor(
    readonly arrival: Arrival,
    readonly stage: Stage,
    readonly error: MoodtapeError,
  ) {}
}
