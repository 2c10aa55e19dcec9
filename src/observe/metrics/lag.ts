import { setTimeout } from 'node:timers/promises';
import { Gauge, type Registry } from 'prom-client';
import { asMoodtapeError } from '../../errors.js';
import type { Transport } from '../../transport/transport.js';
import type { Logger } from '../logger.js';

/** A consumer group and the topics that it reads. */
export interface Consumer {
  readonly group: string;
  readonly topics: readonly string[];
}

export interface LagOptions {
  readonly transport: Pick<Transport, 'lag'>;
  readonly consumers: readonly Consumer[];
  readonly logger: Logger;
  /** Milliseconds that an answer of the log is good for, however often it is scraped. */
  readonly freshMs?: number;
  /** Milliseconds that a scrape waits for the log; then it shows the answer before. */
  readonly patienceMs?: number;
}

/**
 * How far each group is behind, asked of the log when it is scraped. When the log cannot say, the metric has no values:
 * old ones would look like a group that stands still.
 */
export function lagMetric(registry: Registry, options: LagOptions): void {
  const { transport, consumers, logger, freshMs = 5_000, patienceMs = 2_000 } = options;
  const lag = new Gauge({
    name: 'moodtape_consumer_lag_records',
    help: 'Records from the committed offset of a group to the end of a partition; each process of a group shows them all.',
    labelNames: ['group', 'topic', 'partition'],
    registers: [registry],
    collect: () => Promise.race([askOnce(), setTimeout(patienceMs, undefined, { ref: false })]),
  });

  let asked = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;
  const askOnce = async () => {
    if (asking === undefined && performance.now() - asked >= freshMs) {
      asked = performance.now();
      asking = ask().finally(() => {
        asking = undefined;
      });
    }
    await asking;
  };

  const ask = async () => {
    try {
      const answers = await Promise.all(
        consumers.map(async ({ group, topics }) => ({
          group,
          partitions: await transport.lag(group, topics),
        })),
      );
      lag.reset();
      for (const { group, partitions } of answers) {
        for (const { topic, partition, committed, end } of partitions) {
          lag.set({ group, topic, partition }, Number(end - committed));
        }
      }
    } catch (error) {
      lag.reset();
      const { code, message } = asMoodtapeError(error, 'MT_TRANSPORT');
      logger.warn({ code, message }, 'the log does not say how far its readers are behind');
    }
  };
}
