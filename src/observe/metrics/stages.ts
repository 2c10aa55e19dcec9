import { Histogram, type Registry } from 'prom-client';
import type { Report } from '../../flow/event.js';
import { SECONDS } from './buckets.js';

/** Where the time goes. */
export function stageMetrics(registry: Registry): Report {
  const seconds = new Histogram({
    name: 'moodtape_stage_duration_seconds',
    help: 'Time in a stage: decode, enrich and commit by poll, queue by text, inference by batch.',
    buckets: SECONDS,
    labelNames: ['stage'],
    registers: [registry],
  });
  const observe = (stage: string, milliseconds: number) => seconds.observe({ stage }, milliseconds / 1000);

  return (event) => {
    if (event.type === 'batch') {
      observe('inference', event.milliseconds);
      for (const wait of event.waits) observe('queue', wait);
    }
    if (event.type === 'committed') {
      for (const [stage, milliseconds] of Object.entries(event.spent)) observe(stage, milliseconds);
    }
  };
}
