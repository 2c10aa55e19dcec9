import { randomUUID } from 'node:crypto';
import { afterEach, describe } from 'vitest';
import type { Transport } from '../../src/transport/transport.js';
import { followingConformance } from './transport/following.js';
import { groupConformance } from './transport/groups.js';
import { readingConformance } from './transport/reading.js';
import { recordConformance } from './transport/records.js';
import { transactionConformance } from './transport/transactions.js';

/** What the parts of the suite work with. */
export interface Bench {
  /** Another handle on the same log; closed after the test. */
  open(): Promise<Transport>;
  /** Creates a topic that no other test uses. */
  topic(partitions: number): Promise<string>;
  /** The name of a group that no other test uses. */
  group(): string;
}

/** What every transport must do. `open` gives one more handle on one log, which all tests share. */
export function transportConformance(name: string, open: () => Promise<Transport>): void {
  describe(`${name} transport`, () => {
    const opened: Transport[] = [];
    const bench: Bench = {
      async open() {
        const transport = await open();
        opened.push(transport);
        return transport;
      },
      async topic(partitions) {
        const transport = await bench.open();
        const topic = `topic-${randomUUID()}`;
        await transport.ensureTopics([{ name: topic, partitions }]);
        return topic;
      },
      group: () => `group-${randomUUID()}`,
    };
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((transport) => transport.close()));
    });

    recordConformance(bench);
    groupConformance(bench);
    transactionConformance(bench);
    readingConformance(bench);
    followingConformance(bench);
  });
}
