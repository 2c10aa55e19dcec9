import { z } from 'zod';
import { sentimentCodec } from '../../codec/codecs.js';
import type { Sentiment } from '../../codec/sentiment.js';
import type { ListedText, PageQuery, SymbolSummary } from '../view.js';
import type { BatchWork } from './apply.js';
import type { Connection } from './connection.js';
import { ALL, type Keys } from './keys.js';
import type { Script } from './script.js';
import { oneSymbol } from './scripts/one-symbol.js';
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
    const [last] = await this.page({ symbol, limit: 1 });
    return last?.text;
  }

  /** Newest first. A place is the entry's id in the stream. */
  async page({ symbol = ALL, limit, before }: PageQuery): Promise<ListedText[]> {
    if (limit < 1) return [];
    const stream = this.keys.texts(symbol);
    const newest = before === undefined ? '+' : `(${before}`;
    const entries = await this.connection.run((redis) =>
      redis.xrevrange(stream, newest, '-', 'COUNT', limit),
    );
    return entries.map(([place, fields]) => ({ place, text: textOf(fields) }));
  }

  async symbols(limit: number): Promise<SymbolSummary[]> {
    if (limit < 1) return [];
    const summaries = await this.summaries(topSymbols, limit);
    return summaries.sort((a, b) => b.count - a.count || (a.symbol < b.symbol ? -1 : 1));
  }

  async summary(symbol: string): Promise<SymbolSummary | undefined> {
    const [summary] = await this.summaries(oneSymbol, symbol);
    return summary;
  }

  private async summaries(script: Script, which: number | string): Promise<SymbolSummary[]> {
    const { counts, scores } = this.keys;
    const found = await this.connection.run((redis) => script.run(redis, [counts, scores], [which]));
    const summaries = summariesSchema.parse(found);
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
