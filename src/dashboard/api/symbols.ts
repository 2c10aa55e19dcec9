import { z } from 'zod';
import type { SymbolSummary } from '../../view/view.js';
import type { Sources } from '../sources.js';
import { type SymbolRow, symbolsSchema } from './answers.js';
import { endpoint } from './endpoint.js';
import { limitInput } from './inputs.js';

const input = z.strictObject({ limit: limitInput({ most: 1_000, standard: 200 }) });

export function symbols({ view, names }: Sources) {
  return endpoint({
    path: '/api/symbols',
    summary: 'Every symbol, those with most texts first',
    input,
    output: symbolsSchema,
    answer: async ({ limit }) => {
      const summaries = await view.symbols(limit);
      return { symbols: summaries.map((summary) => symbolRow(summary, names)) };
    },
  });
}

export function symbolRow(summary: SymbolSummary, names: Sources['names']): SymbolRow {
  return { ...summary, name: names.get(summary.symbol) ?? null };
}
