import { Counter, exponentialBuckets, Gauge, Histogram, type Registry } from 'prom-client';
import type { Report } from '../../flow/event.js';

/** What the model is given. */
export function batchMetrics(registry: Registry): Report {
  const registers = [registry];
  const queue = new Gauge({
    name: 'moodtape_queue_texts',
    help: 'Texts that wait for a worker.',
    registers,
  });
  const texts = new Histogram({
    name: 'moodtape_batch_texts',
    help: 'Texts of a batch.',
    buckets: exponentialBuckets(1, 2, 11),
    registers,
  });
  const tokens = new Histogram({
    name: 'moodtape_batch_tokens',
    help: 'Tokens of a batch, padding included.',
    buckets: exponentialBuckets(16, 2, 13),
    registers,
  });
  const padding = new Counter({
    name: 'moodtape_padding_tokens_total',
    help: 'Of the tokens of all batches: those that only pad texts to the longest of their batch.',
    registers,
  });

  return (event) => {
    if (event.type === 'queue') queue.set(event.texts);
    if (event.type !== 'batch') return;
    texts.observe(event.texts);
    tokens.observe(event.tokens + event.padding);
    padding.inc(event.padding);
  };
}
