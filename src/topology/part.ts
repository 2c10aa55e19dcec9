import type { Observable } from 'rxjs';
import type { SchemaRegistry } from '../codec/schema-registry.js';
import type { Report } from '../flow/event.js';
import type { Logger } from '../observe/logger.js';
import type { Transport } from '../transport/transport.js';

/** What every part works with. */
export interface PartContext {
  readonly transport: Transport;
  readonly registry: SchemaRegistry;
  readonly logger: Logger;
  readonly report: Report;
}

/** A component at work: reads topics for a consumer group until it is drained. */
export interface Part {
  readonly name: string;
  readonly group: string;
  /** The topics that it reads. */
  readonly topics: readonly string[];
  /** Subscribing starts it; it completes when `drain` has emitted and all that it had read is committed. */
  run(drain: Observable<unknown>): Observable<unknown>;
}
