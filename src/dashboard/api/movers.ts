import { z } from 'zod';
import type { IndexQuery } from '../../view/view.js';
import type { Sources } from '../sources.js';
import { type Mover, moversSchema } from './answers.js';
import { endpoint } from './endpoint.js';
import { indexDomainInput, limitInput, windowInput } from './inputs.js';

/** Symbols with most texts, among which movers are looked for. */
const MOST_SYMBOLS = 300;

const input = z.strictObject({
  window: windowInput.default('1h'),
  domain: indexDomainInput,
  limit: limitInput({ most: 100, standard: 10 }),
});

export function movers(sources: Sources) {
  return endpoint({
    path: '/api/movers',
    summary: 'Symbols whose mean has changed most: the newest window against the last one before it',
    input,
    output: moversSchema,
    answer: async ({ limit, ...series }) => {
      const [newest] = await sources.view.index({ ...series, symbol: '*', limit: 1 });
      if (newest === undefined) return { at: null, risers: [], fallers: [] };
      const moved = await moversAt(newest.start, series, sources);
      const risers = moved.filter(({ change }) => change > 0).sort((a, b) => b.change - a.change);
      const fallers = moved.filter(({ change }) => change < 0).sort((a, b) => a.change - b.change);
      return { at: newest.start, risers: risers.slice(0, limit), fallers: fallers.slice(0, limit) };
    },
  });
}

/** The symbols that have texts in the window that starts then, and in an earlier one. */
async function moversAt(
  start: number,
  series: Pick<IndexQuery, 'window' | 'domain'>,
  { view, names }: Sources,
): Promise<Mover[]> {
  const summaries = await view.symbols(MOST_SYMBOLS);
  const found = await Promise.all(
    summaries.map(async ({ symbol }): Promise<Mover[]> => {
      const [row, earlier] = await view.index({ ...series, symbol, to: start, limit: 2 });
      if (row?.start !== start || earlier === undefined) return [];
      const { mean, count } = row;
      const before = earlier.mean;
      return [{ symbol, name: names.get(symbol) ?? null, mean, before, change: mean - before, count }];
    }),
  );
  return found.flat();
}
