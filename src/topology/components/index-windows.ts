import { z } from 'zod';
import { WINDOW_NAMES } from '../../flow/window.js';
import type { Component } from '../component.js';
import { duration, outputFormat, topicName } from '../fields.js';

export const indexWindows = {
  key: 'index',
  summary: 'Means of the scores by symbol and domain over fixed windows, written to `sentiment.index`.',
  guarantees:
    'A row is written again whenever a text changes it; the last one counts. Each text counts once, also after a crash: what the windows hold is counted again from the scored texts. One process at a time makes the index of a log; while there are two, rows hold a part of their texts until the next text of their window.',
  example: 'index:\n  windows: [1m, 5m, 1h]\n  lateness: 30s\n',
  fields: z.strictObject({
    windows: z
      .array(z.enum(WINDOW_NAMES))
      .min(1)
      .default([...WINDOW_NAMES])
      .describe('Lengths of the windows.'),
    lateness: duration
      .prefault('5m')
      .describe(
        'How far publication times may lie out of order within one partition of a source; a text that is later than that is left out of windows that have ended. How far partitions are apart, as when some of them are caught up on, does not matter.',
      ),
    format: outputFormat,
    group: topicName.default('moodtape-index').describe('Consumer group; it owns the committed offsets.'),
  }),
} as const satisfies Component;
