import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { DOMAINS, LABELS, type SentimentIndex, sentimentIndexSchema } from '../codec/sentiment.js';
import { MoodtapeError, messageOf } from '../errors.js';
import { type CountedSentiment, SentimentWindows, type WindowName } from '../flow/window.js';
import { readRecords } from './formats/readers.js';
import type { Fields } from './record.js';
import { SortedRuns } from './sorted-runs.js';
import { fileSource } from './source.js';

/** Rows of the index in memory; beyond that they are put aside, sorted, and added up at the end. */
const OPEN_ROWS = 100_000;

const COLUMNS = [
  'symbol',
  'domain',
  'window',
  'start',
  'count',
  'mean',
  'bearish',
  'neutral',
  'bullish',
] as const;

/** What is counted of an output's row, in whatever format it was written. */
const NEEDED = ['publishedAt', 'domain', 'symbols', 'label', 'score'];
const rowSchema = z.object({
  publishedAt: z.union([z.date().transform(Number), z.number(), z.string().min(1).transform(Number)]),
  domain: z.enum(DOMAINS),
  symbols: z.union([
    z.array(z.string()),
    z.string().transform((symbols) => symbols.split(' ').filter((symbol) => symbol !== '')),
  ]),
  label: z.enum(LABELS),
  score: z.coerce.number(),
});

/** Where the index of an output goes. */
export function indexPath(out: string): string {
  return `${out}.index.csv`;
}

export interface IndexCounts {
  /** Texts that are counted. */
  readonly texts: number;
  /** Those that are not: nothing says when they were published. */
  readonly timeless: number;
  /** Rows of the index. */
  readonly rows: number;
}

/**
 * Counts the rows of a whole output in windows of time, by symbol and domain, in bounded memory. The file is there once it
 * is complete: one row a window, in the order of time, symbol and domain.
 *
 * @throws MoodtapeError MT_FILE when the output cannot be read or the index not written.
 */
export async function writeIndex(out: string, windows: readonly WindowName[]): Promise<IndexCounts> {
  const path = indexPath(out);
  const counts = { texts: 0, timeless: 0, rows: 0 };
  const runs = await SortedRuns.open(path, { schema: sentimentIndexSchema, keyOf, together });
  try {
    let open = new SentimentWindows({ windows });
    const source = await fileSource(out);
    for await (const { fields } of readRecords(source, () => NEEDED)) {
      const text = fields instanceof MoodtapeError ? undefined : countedText(fields);
      if (text === undefined) {
        counts.timeless += 1;
        continue;
      }
      open.add(text);
      counts.texts += 1;
      if (open.openRows < OPEN_ROWS) continue;
      await runs.add(open.changedRows());
      open = new SentimentWindows({ windows });
    }
    await runs.add(open.changedRows());
    async function* lines() {
      yield `${COLUMNS.join(',')}\n`;
      for await (const row of runs.merged()) {
        counts.rows += 1;
        yield `${COLUMNS.map((column) => row[column]).join(',')}\n`;
      }
    }
    await pipeline(lines, createWriteStream(`${path}.part`));
    await rename(`${path}.part`, path);
    return counts;
  } catch (error) {
    if (error instanceof MoodtapeError) throw error;
    throw new MoodtapeError('MT_FILE', `cannot write ${path}: ${messageOf(error)}`, { cause: error });
  } finally {
    await runs.close();
  }
}

function countedText(fields: Fields): CountedSentiment | undefined {
  const row = rowSchema.safeParse(fields);
  return row.success ? { ...row.data, scoredAt: Number.POSITIVE_INFINITY } : undefined;
}

function keyOf({ window, start, symbol, domain }: SentimentIndex): string {
  return `${String(start).padStart(15, '0')} ${window} ${symbol} ${domain}`;
}

/** Two parts of one row of the index. */
function together(one: SentimentIndex, other: SentimentIndex): SentimentIndex {
  const count = one.count + other.count;
  return {
    ...one,
    count,
    mean: (one.mean * one.count + other.mean * other.count) / count,
    bearish: one.bearish + other.bearish,
    neutral: one.neutral + other.neutral,
    bullish: one.bullish + other.bullish,
  };
}
