import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { MoodtapeError, messageOf } from '../errors.js';
import { canonicalSymbol } from './symbol.js';

export interface Mention {
  /** Index of the first character in the text. */
  readonly at: number;
  readonly symbol: string;
}

/** Finds the names of a list in a text, the longest name at each place, in one pass however long the list is. */
export class StockNames {
  readonly #symbols = new Map<string, string>();
  /** Lengths of the names that begin with two characters, longest first. */
  readonly #lengths = new Map<string, number[]>();

  /** Names of one character are left out: in running text they are words. */
  constructor(stocks: Iterable<readonly [name: string, symbol: string]> = []) {
    for (const [written, symbol] of stocks) {
      const name = written.normalize('NFKC').trim();
      if (name.length < 2) continue;
      this.#symbols.set(name, symbol);
      const start = name.slice(0, 2);
      const lengths = new Set(this.#lengths.get(start)).add(name.length);
      this.#lengths.set(
        start,
        [...lengths].sort((a, b) => b - a),
      );
    }
  }

  /** Where the names occur in a text in NFKC form; a name inside a longer one does not count. */
  find(text: string): Mention[] {
    const mentions: Mention[] = [];
    if (this.#symbols.size === 0) return mentions;
    for (let at = 0; at < text.length - 1; at++) {
      for (const length of this.#lengths.get(text.slice(at, at + 2)) ?? []) {
        const symbol = this.#symbols.get(text.slice(at, at + length));
        if (symbol === undefined) continue;
        mentions.push({ at, symbol });
        at += length - 1;
        break;
      }
    }
    return mentions;
  }
}

const rowSchema = z.object({
  name: z.string().trim().min(2),
  symbol: z.string().transform((written, context) => {
    const symbol = canonicalSymbol(written);
    if (symbol === undefined) context.addIssue(`${JSON.stringify(written)} is no stock symbol`);
    return symbol ?? z.NEVER;
  }),
});

/**
 * Reads a list of names: CSV in UTF-8 with the columns `name,symbol`, one name a row; a stock may have several names.
 *
 * @throws MoodtapeError MT_FILE when the file cannot be read, MT_CONFIG when a row is not a name and a symbol.
 */
export async function loadStockNames(path: string): Promise<StockNames> {
  return new StockNames(await readStockNames(path));
}

/**
 * The name by which each symbol of such a list is shown: its first one.
 *
 * @throws MoodtapeError as `loadStockNames`.
 */
export async function loadNamesBySymbol(path: string): Promise<Map<string, string>> {
  const stocks = await readStockNames(path);
  return new Map(stocks.reverse().map(([name, symbol]) => [symbol, name]));
}

async function readStockNames(path: string): Promise<[name: string, symbol: string][]> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    throw new MoodtapeError('MT_FILE', `${path}: ${messageOf(error)}`, { cause: error });
  }
  return parseStockNames(content, path);
}

function parseStockNames(content: string, path: string): [name: string, symbol: string][] {
  let rows: unknown[];
  try {
    rows = parse(content, { bom: true, columns: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw new MoodtapeError('MT_CONFIG', `${path}: ${messageOf(error)}`, { cause: error });
  }
  return rows.map((row, i): [string, string] => {
    const parsed = rowSchema.safeParse(row);
    if (parsed.success) return [parsed.data.name, parsed.data.symbol];
    const [issue] = parsed.error.issues;
    throw new MoodtapeError(
      'MT_CONFIG',
      `${path}: row ${i + 1}: ${issue?.path.join('.')}: ${issue?.message}`,
      {
        remedy: 'write the columns `name,symbol`, for example `贵州茅台,SH600519`',
      },
    );
  });
}
