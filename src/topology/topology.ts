import { z } from 'zod';
import type { Component } from './component.js';
import { dashboard } from './components/dashboard.js';
import { embeddedLog } from './components/embedded-log.js';
import { embeddedView } from './components/embedded-view.js';
import { feed } from './components/feed.js';
import { indexWindows } from './components/index-windows.js';
import { kafkaLog } from './components/kafka-log.js';
import { metrics } from './components/metrics.js';
import { models } from './components/models.js';
import { redisView } from './components/redis-view.js';
import { registry } from './components/registry.js';
import { scorer } from './components/scorer.js';
import { source } from './components/source.js';
import { trainer } from './components/trainer.js';

/** All components, in the order of a topology file. */
export const COMPONENTS: readonly Component[] = [
  embeddedLog,
  kafkaLog,
  registry,
  feed,
  source,
  models,
  scorer,
  indexWindows,
  embeddedView,
  redisView,
  trainer,
  dashboard,
  metrics,
];

export const topologySchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'expected a name: small letters, digits, hyphen')
    .describe('Name of the topology.'),
  log: z.discriminatedUnion('kind', [embeddedLog.fields, kafkaLog.fields]).describe('The log.'),
  registry: registry.fields.optional().describe(registry.summary),
  feeds: z.array(feed.fields).default([]).describe(feed.summary),
  sources: z.array(source.fields).default([]).describe(source.summary),
  models: models.fields.optional().describe(models.summary),
  scorer: scorer.fields.optional().describe(scorer.summary),
  index: indexWindows.fields.optional().describe(indexWindows.summary),
  view: z
    .discriminatedUnion('kind', [embeddedView.fields, redisView.fields])
    .optional()
    .describe('The materialised view.'),
  trainer: trainer.fields.optional().describe(trainer.summary),
  dashboard: dashboard.fields.optional().describe(dashboard.summary),
  metrics: metrics.fields.optional().describe(metrics.summary),
});

export type Topology = z.infer<typeof topologySchema>;
