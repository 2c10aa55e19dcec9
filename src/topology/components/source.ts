import { z } from 'zod';
import { FORMATS } from '../../codec/codecs.js';
import { DOMAINS } from '../../codec/sentiment.js';
import type { Component } from '../component.js';
import { partitions, topicName } from '../fields.js';

export const source = {
  key: 'sources',
  summary: 'A topic of raw texts.',
  guarantees:
    'A record that cannot be read goes to `sentiment.dead-letters` with its key, value and headers, and never stops the flow.',
  example: 'sources:\n  - topic: raw.news\n    domain: news\n',
  fields: z.strictObject({
    topic: topicName.describe('Where the texts come from.'),
    domain: z.enum(DOMAINS).describe('What kind of text it is.'),
    format: z
      .enum(FORMATS)
      .default('auto')
      .describe('How a record is written: as JSON, as Avro behind a Confluent header, or either.'),
    priority: z
      .enum(['live', 'backfill'])
      .default('live')
      .describe('`live` texts are scored before those of a backfill.'),
    partitions: partitions
      .optional()
      .describe('Partitions, when the topic is to be created; those of the log when left out.'),
  }),
} as const satisfies Component;
