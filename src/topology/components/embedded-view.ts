import { z } from 'zod';
import type { Component } from '../component.js';
import { path, topicName } from '../fields.js';

export const embeddedView = {
  key: 'view',
  kind: 'embedded',
  summary: 'The materialised view in one folder of this machine, on lmdb.',
  guarantees: 'Every scored text and index row takes effect once; the view can be rebuilt from the log.',
  example: 'view:\n  kind: embedded\n  path: .moodtape/view\n',
  fields: z.strictObject({
    kind: z.literal('embedded'),
    path: path
      .default('.moodtape/view')
      .describe('Folder of the view; made when it does not exist.')
      .meta({ address: true }),
    group: topicName
      .default('moodtape-view')
      .describe('Consumer group; a new name fills an empty view from the beginning of the log.'),
  }),
} as const satisfies Component;
