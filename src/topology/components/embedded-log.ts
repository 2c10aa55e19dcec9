import { z } from 'zod';
import type { Component } from '../component.js';
import { partitions, path, retention } from '../fields.js';

export const embeddedLog = {
  key: 'log',
  kind: 'embedded',
  summary: 'The log in one folder of this machine, on lmdb; nothing else needs to run.',
  guarantees: 'Durable and transactional; several processes may read and write it at the same time.',
  example: 'log:\n  kind: embedded\n  path: .moodtape/log\n',
  ambient: true,
  fields: z.strictObject({
    kind: z.literal('embedded'),
    path: path
      .default('.moodtape/log')
      .describe('Folder of the log; made when it does not exist.')
      .meta({ address: true }),
    partitions: partitions
      .default(1)
      .describe('Of `sentiment.scored`, and of sources that do not say, when they are to be created.'),
    retention,
  }),
} as const satisfies Component;
