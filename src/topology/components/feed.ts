import { z } from 'zod';
import type { Component } from '../component.js';
import { inputFile, topicName } from '../fields.js';

export const feed = {
  key: 'feeds',
  summary: 'Replays a file of raw records, one a line, into a topic: for demonstrations and trials.',
  guarantees: 'Lines are written as they are, broken ones too.',
  example: 'feeds:\n  - file: demo/feed/news.ndjson\n    topic: raw.news\n    rate: 5\n    loop: true\n',
  fields: z.strictObject({
    file: inputFile.describe('NDJSON file; looked for in the working folder, then in the package.'),
    topic: topicName.describe('A topic that a source or the trainer reads.'),
    rate: z.number().min(0).default(0).describe('Records a second; 0 for as fast as it goes.'),
    loop: z
      .boolean()
      .default(false)
      .describe('Begin again at the end, with new ids, and with the publication time set to now.'),
  }),
} as const satisfies Component;
