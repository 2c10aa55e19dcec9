// What the engine and its worker threads say to each other. A thread has one batch at a time.

/** What a thread starts with. */
export interface WorkerStart {
  /** The ONNX graph, in memory that all threads share. */
  readonly graph: SharedArrayBuffer;
  readonly executionProviders: readonly string[];
  readonly threads: number;
}

/** A batch: `ids` is int32 [texts, length], padded on the right. */
export interface BatchMessage {
  readonly ids: Int32Array<ArrayBuffer>;
  readonly texts: number;
  readonly length: number;
}

/** What the model gives back, row by row as in the batch; `experts` is empty for a dense model. */
export interface BatchOutput {
  /** float32 [texts, labels] */
  readonly probabilities: Float32Array;
  /** float32 [texts, experts] */
  readonly experts: Float32Array;
}

export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'output'; readonly output: BatchOutput }
  | { readonly type: 'failed'; readonly message: string };
