import { openEmbeddedTransport } from '../../src/transport/embedded/transport.js';
import { openKafkaTransport } from '../../src/transport/kafka/transport.js';
import type { Transport } from '../../src/transport/transport.js';

/** Where a log is, so that several processes can open it. */
export type Log =
  | { readonly kind: 'embedded'; readonly folder: string }
  | { readonly kind: 'kafka'; readonly brokers: readonly string[] };

/** What a worker has to do; the topics exist. */
export interface Job {
  readonly log: Log;
  readonly input: string;
  readonly output: string;
  readonly group: string;
}

/** The partitions of a silent consumer soon go to others. */
export function openLog(log: Log): Transport {
  switch (log.kind) {
    case 'embedded':
      return openEmbeddedTransport(log.folder, { sessionMs: 1_000 });
    case 'kafka': {
      const { brokers } = log;
      return openKafkaTransport({
        clientId: 'moodtape-test',
        brokers,
        compression: 'none',
        sessionMs: 3_000,
      });
    }
  }
}
