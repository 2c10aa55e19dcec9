import { z } from 'zod';
import { searchTexts } from '../../view/search.js';
import type { Sources } from '../sources.js';
import { textsSchema } from './answers.js';
import { endpoint } from './endpoint.js';
import { domainInput, labelInput, limitInput, symbolInput, timeInput } from './inputs.js';

const input = z.strictObject({
  symbol: symbolInput.optional(),
  domain: domainInput.optional(),
  label: labelInput.optional(),
  q: z.string().trim().max(200).default('').describe('Words that all stand in the text, between spaces.'),
  from: timeInput.optional(),
  to: timeInput.optional(),
  limit: limitInput({ most: 500, standard: 50 }),
  before: z
    .string()
    .regex(/^\d{1,16}(?:-\d{1,16})?$/, 'expected `next` of an answer')
    .optional()
    .describe('`next` of the answer before: goes on there.'),
});

export function texts({ view }: Sources) {
  return endpoint({
    path: '/api/texts',
    summary: 'Scored texts by words, time and kind, newest first',
    input,
    output: textsSchema,
    answer: async ({ q, ...search }) => {
      const words = q.split(/\s+/).filter((word) => word !== '');
      const { texts, next = null } = await searchTexts(view, { ...search, words });
      return { texts, next };
    },
  });
}
