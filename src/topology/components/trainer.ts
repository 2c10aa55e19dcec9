import { z } from 'zod';
import { FORMATS } from '../../codec/codecs.js';
import { settingsSchema } from '../../config.js';
import { DEFAULT_REFIT, MOST_LABELS } from '../../refit/candidate/refit-settings.js';
import { gateSettingsSchema } from '../../refit/gate/gate.js';
import { BACKEND_NAMES } from '../../training/backend.js';
import type { Component } from '../component.js';
import { duration, outputFormat, path, topicName } from '../fields.js';

export const trainer = {
  key: 'trainer',
  summary:
    'Learns from the labels of a topic: judges them, refits the live version of `models`, lets a gate decide, and goes back when the live version turns out worse (docs/labels.md, docs/refit.md). What happens to models goes to the topic `models`.',
  guarantees:
    'Each label counts once, also after a crash, and a refit goes on where it was stopped or killed. A label that cannot be read goes to `sentiment.dead-letters`. Labels that models and other labels contradict are held for a person. One process at a time has a folder.',
  example: 'trainer:\n  labels: 1000\n  every: 1h\n  golden: [golden.csv]\n',
  fields: z.strictObject({
    topic: topicName.default('labels').describe('Where the labels come from.'),
    format: z
      .enum(FORMATS)
      .default('auto')
      .describe('How a label is written: as JSON, as Avro behind a Confluent header, or either.'),
    eventFormat: outputFormat,
    group: topicName
      .default('moodtape-trainer')
      .describe(
        'Consumer group of the labels; with `-watch` behind it that of the scores of the versions, which are watched.',
      ),
    path: path
      .default('.moodtape/trainer')
      .describe('Folder of labels and refits, on a disk of this machine; made when it does not exist.'),
    model: settingsSchema.shape.model
      .optional()
      .describe('Folder of the model bundle that goes live first, while the registry is empty.'),
    labels: z.int().min(1).default(1000).describe('New labels after which a refit is due.'),
    every: duration
      .prefault('1h')
      .describe('Time after which a refit is due, from the first new label on; drift makes one due at once.'),
    atLeast: z.int().min(1).default(100).describe('Fewest new labels for which a refit is worth its time.'),
    texts: z.int().min(2).default(MOST_LABELS).describe('Most labels that a refit learns from, old and new.'),
    epochs: z.int().min(1).default(DEFAULT_REFIT.epochs).describe('Times that a refit reads each text.'),
    batchSize: z.int().min(1).default(DEFAULT_REFIT.batchSize).describe('Texts of one step.'),
    learningRate: z
      .number()
      .positive()
      .default(DEFAULT_REFIT.learningRate)
      .describe('Highest learning rate.'),
    niceness: z.int().min(0).max(19).default(10).describe('How far other processes go before a refit.'),
    threads: z.int().min(1).max(64).default(1).describe('Most threads of a refit.'),
    backend: z
      .enum(BACKEND_NAMES)
      .optional()
      .describe('What a refit learns with; the first that loads when left out.'),
    holdout: z
      .number()
      .gt(0)
      .max(0.5)
      .default(0.1)
      .describe('Share of the labels that no refit learns from, and by which candidates are judged.'),
    replay: z
      .array(path)
      .meta({ exists: true })
      .default([])
      .describe(
        'CSV files (columns id, text, label, domain) that the first model was made from: half as many texts as labels are learned from beside them, so that it forgets nothing.',
      ),
    golden: z
      .array(path)
      .meta({ exists: true })
      .default([])
      .describe(
        'CSV files (columns id, text, label, domain) of texts that no refit may make worse; better not without.',
      ),
    ...gateSettingsSchema.shape,
    rollbackMargin: z
      .number()
      .min(0)
      .max(1)
      .default(0.02)
      .describe(
        'By how much the live version may be worse than the one before, as a share of the labels that come.',
      ),
    rollbackPsi: z
      .number()
      .positive()
      .default(1)
      .describe(
        'Population stability index of its labels or confidences from which on the live version counts as broken, unless labels say otherwise.',
      ),
    keep: z.int().min(0).default(10).describe('Versions that stay in the registry beside those in use.'),
  }),
} as const satisfies Component;
