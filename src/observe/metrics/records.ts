import { Counter, Histogram, type Registry } from 'prom-client';
import type { Report } from '../../flow/event.js';
import { SECONDS } from './buckets.js';

/** What has become of the records, by topic. */
export function recordMetrics(registry: Registry): Report {
  const registers = [registry];
  const labelNames = ['topic'] as const;
  const read = new Counter({
    name: 'moodtape_records_read_total',
    help: 'Records that were read; those of a poll that came again count again.',
    labelNames,
    registers,
  });
  const bytes = new Counter({
    name: 'moodtape_read_bytes_total',
    help: 'Bytes of keys and values that were read.',
    labelNames,
    registers,
  });
  const scored = new Counter({
    name: 'moodtape_records_scored_total',
    help: 'Records whose score is committed.',
    labelNames,
    registers,
  });
  const cached = new Counter({
    name: 'moodtape_cache_hits_total',
    help: 'Of the scored records: those that the model did not have to read again.',
    labelNames,
    registers,
  });
  const dead = new Counter({
    name: 'moodtape_records_dead_lettered_total',
    help: 'Records that are committed as dead letters, by error code.',
    labelNames: ['topic', 'code'],
    registers,
  });
  const latency = new Histogram({
    name: 'moodtape_record_latency_seconds',
    help: 'From the poll that brought a record to the commit of its score or dead letter.',
    buckets: SECONDS,
    labelNames,
    registers,
  });
  const retried = new Counter({
    name: 'moodtape_polls_retried_total',
    help: 'Transactions that failed; their poll is tried again.',
    labelNames,
    registers,
  });
  const fenced = new Counter({
    name: 'moodtape_polls_fenced_total',
    help: 'Polls that another consumer has taken over with their partition.',
    labelNames,
    registers,
  });

  return (event) => {
    switch (event.type) {
      case 'read': {
        const { topic, records } = event;
        read.inc({ topic }, records);
        bytes.inc({ topic }, event.bytes);
        // A counter that begins above zero hides its first increase from `rate`.
        for (const counter of [scored, cached, retried, fenced]) counter.inc({ topic }, 0);
        break;
      }
      case 'committed': {
        const { topic, records } = event;
        scored.inc({ topic }, event.scored);
        cached.inc({ topic }, event.cached);
        for (const [code, count] of Object.entries(event.dead)) dead.inc({ topic, code }, count);
        for (let record = 0; record < records; record++)
          latency.observe({ topic }, event.milliseconds / 1000);
        break;
      }
      case 'retried':
        retried.inc({ topic: event.topic });
        break;
      case 'fenced':
        fenced.inc({ topic: event.topic });
    }
  };
}
