import { z } from 'zod';
import { Refusal } from '../refusal.js';
import type { Sources } from '../sources.js';
import { symbolSchema } from './answers.js';
import { endpoint } from './endpoint.js';
import { symbolInput } from './inputs.js';
import { symbolRow } from './symbols.js';

const input = z.strictObject({ symbol: symbolInput });

export function symbol({ view, names }: Sources) {
  return endpoint({
    path: '/api/symbols/{symbol}',
    summary: 'One symbol',
    input,
    output: symbolSchema,
    answer: async ({ symbol }) => {
      const summary = await view.summary(symbol);
      if (summary === undefined) {
        throw new Refusal(404, 'MT_REQUEST', `no text is about ${symbol}`, {
          remedy: 'GET /api/symbols lists those that there are',
        });
      }
      return symbolRow(summary, names);
    },
  });
}
