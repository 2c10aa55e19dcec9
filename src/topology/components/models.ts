import { z } from 'zod';
import type { Component } from '../component.js';
import { path } from '../fields.js';

export const models = {
  key: 'models',
  summary:
    'A registry of model versions that the scorer follows while it works: it goes over to the live one, and tries the one on trial (docs/models.md).',
  guarantees:
    'Each text is scored by one version, which its score names; a swap loses no text and scores none twice. A version that cannot be loaded leaves the one before in place, and is tried again every minute.',
  example: 'models:\n  path: .moodtape/models\n',
  ambient: true,
  fields: z.strictObject({
    path: path
      .default('.moodtape/models')
      .describe(
        'Folder of the registry; made when it does not exist. Several processes and machines may share it. While no version is live, the scorer has its own `model`.',
      )
      .meta({ environment: 'MOODTAPE_MODELS' }),
  }),
} as const satisfies Component;
