import type { Observable } from 'rxjs';

/** A component at work: reads topics for a consumer group until it is drained. */
export interface Part {
  readonly name: string;
  readonly group: string;
  /** The topics that it reads. */
  readonly topics: readonly string[];
  /** Subscribing starts it; it completes when `drain` has emitted and all that it had read is committed. */
  run(drain: Observable<unknown>): Observable<unknown>;
}
