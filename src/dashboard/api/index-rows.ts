import { z } from 'zod';
import type { Sources } from '../sources.js';
import { indexSchema } from './answers.js';
import { endpoint } from './endpoint.js';
import { indexDomainInput, limitInput, scopeInput, timeInput, windowInput } from './inputs.js';

const input = z.strictObject({
  symbol: scopeInput.default('*'),
  domain: indexDomainInput,
  window: windowInput.default('1m'),
  from: timeInput.optional(),
  to: timeInput.optional(),
  limit: limitInput({ most: 3_000, standard: 300 }),
});

export function indexRows({ view }: Sources) {
  return endpoint({
    path: '/api/index',
    summary: 'The newest rows of a series of the index, oldest first',
    input,
    output: indexSchema,
    answer: async (query) => ({ rows: (await view.index(query)).reverse() }),
  });
}
