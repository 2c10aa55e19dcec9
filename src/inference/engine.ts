/** Who a model is. */
export interface ModelIdentity {
  readonly name: string;
  /** Content hash of the bundle: what `Sentiment.model` carries. */
  readonly version: string;
  readonly labels: readonly string[];
  readonly experts: readonly string[];
  /** Tokens that the model reads, special tokens included. */
  readonly maxLength: number;
}

/** A text as the model reads it. */
export interface TokenisedText {
  /** Token ids, special tokens included, unpadded. */
  readonly ids: Int32Array;
  /** True when the text was longer than the model reads. */
  readonly truncated: boolean;
}

/** What the model says of one text. */
export interface Score {
  /** In the order of `ModelIdentity.labels`; they sum to 1. */
  readonly probabilities: readonly number[];
  /** In the order of `ModelIdentity.experts`; empty for a dense model. */
  readonly experts: readonly number[];
  /** True when the model has read the beginning of the text alone. */
  readonly truncated: boolean;
  /** Who scored: what the numbers mean is said by its names, and by no other model's. */
  readonly model: ModelIdentity;
}

/** Runs a model on batches. Batches run side by side, as many as there are workers; others wait their turn. */
export interface Engine {
  /** The model, or the one among several that most texts go to. */
  readonly model: ModelIdentity;
  /** The device, the precision, the workers and the threads of each, as `cpu-int8-2x1`. */
  readonly runtime: string;
  /** Batches that can run at the same time. */
  readonly workers: number;
  /** Needs no `this`: models of one tokenizer may have the very same function. */
  readonly tokenise: (text: string) => TokenisedText;
  /** The model that would read a text now. When its turn comes another one may: that is what its score says. */
  readerOf(text: TokenisedText): ModelIdentity;
  /**
   * Scores one batch in one call of the model, padded to its longest text.
   *
   * @throws MoodtapeError MT_INFERENCE when the model fails; no text of the batch has a score then.
   */
  score(batch: readonly TokenisedText[]): Promise<Score[]>;
  close(): Promise<void>;
}
