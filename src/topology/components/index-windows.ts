import { z } from 'zod';
import type { Component } from '../component.js';
import { duration, topicName } from '../fields.js';

export const indexWindows = {
  key: 'index',
  summary: 'Means of the scores by symbol and domain over fixed windows, written to `sentiment.index`.',
  guarantees: 'A window is written once, after its end and the lateness have passed.',
  example: 'index:\n  windows: [1m, 5m, 1h]\n  lateness: 30s\n',
  fields: z.strictObject({
    windows: z
      .array(z.enum(['1m', '5m', '1h', '1d']))
      .min(1)
      .default(['1m', '5m', '1h', '1d'])
      .describe('Lengths of the windows.'),
    lateness: duration
      .prefault('30s')
      .describe('How far the publication times of texts may lie out of order before a text counts as late.'),
    group: topicName.default('moodtape-index').describe('Consumer group; it owns the committed offsets.'),
  }),
} as const satisfies Component;
