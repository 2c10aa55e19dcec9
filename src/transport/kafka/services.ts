import type { Offsets } from './offsets.js';
import type { KafkaLog, KafkaOptions } from './options.js';
import type { Router } from './router.js';
import type { Topics } from './topics.js';
import type { TransactionalProducer } from './transactional-producer.js';

/** What the parts of a handle share. */
export interface Services {
  readonly options: KafkaOptions;
  readonly topics: Topics;
  readonly offsets: Offsets;
  readonly router: Router;
  readonly log: KafkaLog;
  openProducer(transactionalId: string): Promise<TransactionalProducer>;
}
