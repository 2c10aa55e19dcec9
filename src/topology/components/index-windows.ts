import { z } from 'zod';
import type { WindowName } from '../../flow/window.js';
import type { Component } from '../component.js';
import { duration, topicName } from '../fields.js';

const WINDOW_NAMES = ['1m', '5m', '1h', '1d'] as const satisfies WindowName[];

export const indexWindows = {
  key: 'index',
  summary: 'Means of the scores by symbol and domain over fixed windows, written to `sentiment.index`.',
  guarantees:
    'A row is written again whenever a text changes it; the last one counts. Each text counts once, also after a crash. One process at a time may make the index of a log.',
  example: 'index:\n  windows: [1m, 5m, 1h]\n  lateness: 30s\n',
  fields: z.strictObject({
    windows: z
      .array(z.enum(WINDOW_NAMES))
      .min(1)
      .default([...WINDOW_NAMES])
      .describe('Lengths of the windows.'),
    lateness: duration
      .prefault('30s')
      .describe('How far the publication times of texts may lie out of order before a text counts as late.'),
    group: topicName.default('moodtape-index').describe('Consumer group; it owns the committed offsets.'),
  }),
} as const satisfies Component;
