import { z } from 'zod';
import type { Component } from '../component.js';
import { serverUrl, topicName } from '../fields.js';

export const redisView = {
  key: 'view',
  kind: 'redis',
  summary:
    'The materialised view in Redis, version 6.2 or newer: what dashboards read and subscribe to (docs/redis.md).',
  guarantees:
    'Every scored text and index row takes effect once, also after a crash. While Redis is away reading waits. The view can be rebuilt from the log: give it another `prefix` and another `group`, and when it has caught up let the dashboards follow.',
  example: 'view:\n  kind: redis\n  url: redis://localhost:6379\n  prefix: moodtape\n',
  fields: z.strictObject({
    kind: z.literal('redis'),
    url: serverUrl('redis', 'rediss')
      .default('redis://localhost:6379')
      .describe('Address, with username and password if need be; `rediss` for TLS.')
      .meta({ environment: 'MOODTAPE_REDIS_URL', secret: 'credentials', address: true }),
    cluster: z.boolean().default(false).describe('Whether the address is that of a node of a Redis Cluster.'),
    prefix: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,64}$/, 'expected letters, digits, dot, underscore, hyphen')
      .default('moodtape')
      .describe('What every key and channel begins with.'),
    group: topicName
      .default('moodtape-view')
      .describe('Consumer group; a new name fills an empty view from the beginning of the log.'),
  }),
} as const satisfies Component;
