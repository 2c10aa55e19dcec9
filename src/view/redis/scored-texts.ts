import { z } from 'zod';
import { sentimentCodec } from '../../codec/codecs.js';
import type { Sentiment } from '../../codec/sentiment.js';
import type { SymbolSummary } from '../view.js';
import type { BatchWork } from './apply.js';
import type { Connection } from './connection.js';
import { ALL, type Keys } from './keys.js';
import { textsOfAll } from './scripts/texts-of-all.js';
import { textsOfSymbol } from './scripts/texts-of-symbol.js';
import { topSymbols } from './scripts/top-symbols.js';

const codec = sentimentCodec('json');
const summariesSchema = z.array(z.tuple([z.string(), z.coerce.number(), z.coerce.number()]));

/** Scored texts in streams, one a symbol and one of all, and their totals by symbol. */
export class ScoredTexts {
  constructor(
    private readonly connection: Connection,
    private readonly keys: Keys,
  ) {}

  readonly work: BatchWork<Sentiment> = {
    symbolsOf: ({ symbols }) => [...new Set([ALL, ...symbols])],
    call: (symbol, entries) => {
      const { channel, counts, scores } = this.keys;
      const texts = this.keys.texts(symbol);
      if (symbol !== ALL) {
        const values = entries.flatMap(({ offset, value }) => [String(offset), JSON.stringify(value)]);
        return { script: textsOfSymbol, keys: [texts], values };
      }
      const values = entries.flatMap(({ offset, value }) => {
        const symbols = [...new Set(value.symbols)];
        return [String(offset), JSON.stringify(value), value.score, symbols.length, ...symbols];
      });
      return { script: textsOfAll, keys: [texts, counts, scores], values: [channel, ...values] };
    },
  };

  async latest(symbol: string): Promise<Sentiment | undefined> {
    const [last] = await this.recent(symbol, 1);
    return last;
  }

  /** Newest first. */
  async recent(symbol: string, limit: number): Promise<Sentiment[]> {
    if (limit < 1) return [];
    const stream = this.keys.texts(symbol);
    const entries = await this.connection.run((redis) => redis.xrevrange(stream, '+', '-', 'COUNT', limit));
    return entries.map(([, fields]) => textOf(fields));
  }

  async symbols(limit: number): Promise<SymbolSummary[]> {
    if (limit < 1) return [];
    const { counts, scores } = this.keys;
    const found = await this.connection.run((redis) => topSymbols.run(redis, [counts, scores], [limit]));
    const summaries = summariesSchema.parse(found);
    summaries.sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
    const last = await Promise.all(summaries.map(([symbol]) => this.latest(symbol)));
    return summaries.flatMap(([symbol, count, sum], i) => {
      const text = last[i];
      return text === undefined ? [] : [{ symbol, count, mean: sum / count, last: text }];
    });
  }
}

/** The text in an entry of a stream. */
export function textOf(fields: readonly string[]): Sentiment {
  const value = fields[fields.indexOf('value') + 1] ?? '';
  return codec.decode(Buffer.from(value));
}
