import { z } from 'zod';
import type { Component } from '../component.js';
import { serverUrl } from '../fields.js';

export const registry = {
  key: 'registry',
  summary: 'A schema registry with Confluent’s HTTP API. Without one, ids are those of schemas/.',
  guarantees:
    'Schemas that do not go with those of the registry end the start, before anything is read. Each id is asked for once; texts whose schema cannot be fetched wait until it can.',
  example: 'registry:\n  url: http://localhost:8081\n',
  ambient: true,
  fields: z
    .strictObject({
      url: serverUrl('http', 'https')
        .describe('Address, with username and password if need be.')
        .meta({ environment: 'MOODTAPE_REGISTRY_URL', secret: 'credentials', address: true }),
      username: z
        .string()
        .min(1)
        .optional()
        .describe('Account.')
        .meta({ environment: 'MOODTAPE_REGISTRY_USERNAME' }),
      password: z
        .string()
        .min(1)
        .optional()
        .describe('Its password; better in the variable than in a file.')
        .meta({ environment: 'MOODTAPE_REGISTRY_PASSWORD', secret: 'value' }),
    })
    .refine(({ username, password }) => (username === undefined) === (password === undefined), {
      path: ['username'],
      message: 'expected username and password, or neither',
    }),
} as const satisfies Component;
