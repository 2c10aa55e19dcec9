import { z } from 'zod';
import { createLogger } from '../../src/observe/logger.js';
import { RunMetrics } from '../../src/observe/metrics/run-metrics.js';
import { StubEngine } from '../flow/stub-engine.js';

/** Every series that a run exports, with its labels; `job` and `instance`, which Prometheus adds, are on all. */
export function exportedSeries(): Map<string, readonly string[]> {
  const metrics = new RunMetrics();
  metrics.showModel(new StubEngine());
  metrics.watchTrainer();
  metrics.showLag({ transport: { lag: async () => [] }, consumers: [], logger: createLogger('silent') });
  const families = z
    .array(z.object({ name: z.string(), type: z.string(), labelNames: z.array(z.string()) }))
    .parse(metrics.registry.getMetricsAsArray());
  return new Map(
    families.flatMap(({ name, type, labelNames }): [string, readonly string[]][] => {
      const labels = [...labelNames, 'job', 'instance'];
      if (type !== 'histogram') return [[name, labels]];
      return [
        [`${name}_bucket`, [...labels, 'le']],
        [`${name}_sum`, labels],
        [`${name}_count`, labels],
      ];
    }),
  );
}

/** The names of moodtape's own metrics. */
export function ownMetrics(): string[] {
  const names = [...exportedSeries().keys()].filter((name) => name.startsWith('moodtape_')).map(metricOf);
  return [...new Set(names)].sort();
}

/** The metric that a series belongs to. */
export function metricOf(series: string): string {
  return series.replace(/_(bucket|sum|count)$/, '');
}
