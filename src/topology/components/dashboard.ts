import { z } from 'zod';
import { isLoopback } from '../../dashboard/security/loopback.js';
import type { Component } from '../component.js';
import { inputFile, port } from '../fields.js';

export const dashboard = {
  key: 'dashboard',
  summary: 'A page that shows what the market feels, live, and the HTTP API behind it (docs/dashboard.md).',
  guarantees:
    'Reads, and changes nothing. Each client of the stream is sent every event once, also after it was cut off; one that is too slow is cut off. It needs a view in the same topology.',
  example: 'dashboard:\n  port: 4600\n',
  ambient: true,
  fields: z
    .strictObject({
      port: port
        .default(4600)
        .describe('Port to listen on; 0 for any free one, which the log names.')
        .meta({ environment: 'MOODTAPE_DASHBOARD_PORT' }),
      host: z
        .string()
        .min(1)
        .default('127.0.0.1')
        .describe(
          'Address to listen on: 127.0.0.1 for this machine alone, 0.0.0.0 for all that can reach it, who need the token then.',
        )
        .meta({ environment: 'MOODTAPE_DASHBOARD_HOST' }),
      token: z
        .string()
        .min(16)
        .optional()
        .describe('What clients have to show; better in the variable than in a file.')
        .meta({ environment: 'MOODTAPE_DASHBOARD_TOKEN', secret: 'value' }),
      names: inputFile
        .optional()
        .describe('CSV file of stock names (columns name,symbol) to show; that of the scorer when left out.'),
    })
    .refine(({ host, token }) => isLoopback(host) || token !== undefined, {
      path: ['token'],
      message: 'expected a token where others than this machine can ask',
    }),
} as const satisfies Component;
