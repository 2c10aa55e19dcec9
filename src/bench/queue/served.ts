/** What came of texts that arrived one by one. */
export interface Served {
  /** Seconds from when each text was to arrive to when it was done. */
  readonly latencies: Float64Array;
  /** Seconds from the start to when the last one was done. */
  readonly seconds: number;
  /** Seconds that each transaction took; none without a log. */
  readonly commits: readonly number[];
}

/** Takes texts at their times, in seconds, ascending. */
export type Serve = (arrivals: Float64Array) => Promise<Served>;
