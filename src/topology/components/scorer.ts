import { z } from 'zod';
import { settingsSchema } from '../../config.js';
import type { Component } from '../component.js';
import { inputFile, outputFormat, topicName } from '../fields.js';

const { model, device, precision, workers } = settingsSchema.shape;

export const scorer = {
  key: 'scorer',
  summary: 'Scores the texts of all sources in shared micro-batches and writes them to `sentiment.scored`.',
  guarantees:
    'Outputs, dead letters and input offsets are committed in one transaction, in the order of each partition.',
  example: 'scorer:\n  model: models/default\n  device: auto\n',
  fields: z.strictObject({
    model: model.optional(),
    device: device.optional(),
    precision: precision.optional(),
    workers: workers.optional(),
    group: topicName.default('moodtape').describe('Consumer group; it owns the committed offsets.'),
    from: z
      .enum(['earliest', 'latest'])
      .default('earliest')
      .describe('Where a group starts that has committed nothing yet.'),
    maxTexts: z.int().min(1).max(4096).default(64).describe('Most texts of one micro-batch.'),
    maxTokens: z
      .int()
      .min(1)
      .default(8192)
      .describe('Most tokens of one micro-batch, padding included; a longer text goes alone.'),
    cache: z
      .int()
      .min(0)
      .default(20_000)
      .describe('Texts whose score is remembered, so that a repeated text is not scored again; 0 for none.'),
    format: outputFormat,
    names: inputFile
      .optional()
      .describe('CSV file of stock names (columns name,symbol) to find symbols by in the text.'),
  }),
} as const satisfies Component;
