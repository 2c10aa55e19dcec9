import { z } from 'zod';
import type { Component } from '../component.js';
import { port } from '../fields.js';

export const metrics = {
  key: 'metrics',
  summary: 'Serves `/metrics` to Prometheus, and `/healthz` and `/readyz` to orchestrators.',
  guarantees: 'Shows numbers, and nothing of the texts.',
  example: 'metrics:\n  port: 9464\n',
  ambient: true,
  fields: z.strictObject({
    port: port
      .default(9464)
      .describe('Port to listen on; 0 for any free one, which the log names.')
      .meta({ environment: 'MOODTAPE_METRICS_PORT' }),
    host: z
      .string()
      .min(1)
      .default('127.0.0.1')
      .describe('Address to listen on: 127.0.0.1 for this machine alone, 0.0.0.0 for all that can reach it.')
      .meta({ environment: 'MOODTAPE_METRICS_HOST' }),
  }),
} as const satisfies Component;
