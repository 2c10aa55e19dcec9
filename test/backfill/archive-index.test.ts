import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { indexPath, writeIndex } from '../../src/backfill/archive-index.js';
import { encoderOf } from '../../src/backfill/formats/encoders.js';
import { FORMATS, type FormatName } from '../../src/backfill/kind.js';
import { columnsOf, type ScoredRow } from '../../src/backfill/scored-row.js';
import { SortedRuns } from '../../src/backfill/sorted-runs.js';
import { LABELS } from '../../src/codec/sentiment.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-archive-index-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** 2024-01-05 in Shanghai. */
const DAY = Date.UTC(2024, 0, 4, 16);
const HOUR = 3_600_000;

function row(id: number, publishedAt: number | null, score: number, symbols: string[] = []): ScoredRow {
  return {
    ...{ id: `${id}`, publishedAt, domain: id % 2 ? 'forum' : 'news', symbols, score, confidence: 0.5 },
    ...{ label: score > 0 ? '利好' : '利空', probabilities: [0.2, 0.3, 0.5], experts: { news: 1 } },
    ...{ truncated: false, model: 'm' },
  };
}

const ROWS = [
  row(0, DAY + 23 * HOUR, 0.5, ['SH600519', 'SZ000001']),
  row(1, DAY + 24 * HOUR, -0.25, ['SH600519']),
  row(2, DAY, 0.25, ['SH600519']),
  row(3, null, 1),
];

async function write(format: FormatName): Promise<string> {
  const out = join(folder, `scored.${format}`);
  const encoder = await encoderOf(format, columnsOf({ labels: LABELS, experts: ['news'] }), {
    bytes: 0,
    notes: [],
  });
  writeFileSync(out, Buffer.concat([encoder.head, encoder.encode(ROWS).bytes, encoder.tail()]));
  return out;
}

describe('the index of an archive', () => {
  it.each(FORMATS)('counts the rows of a %s output by day, symbol and domain', async (format) => {
    const out = await write(format);
    expect(await writeIndex(out, ['1d'])).toEqual({ texts: 3, timeless: 1, rows: 10 });
    const [head, ...rows] = readFileSync(indexPath(out), 'utf8').trimEnd().split('\n');
    expect(head).toBe('symbol,domain,window,start,count,mean,bearish,neutral,bullish');
    expect(rows).toEqual([
      `*,all,1d,${DAY},2,0.375,0,0,2`,
      `*,news,1d,${DAY},2,0.375,0,0,2`,
      `SH600519,all,1d,${DAY},2,0.375,0,0,2`,
      `SH600519,news,1d,${DAY},2,0.375,0,0,2`,
      `SZ000001,all,1d,${DAY},1,0.5,0,0,1`,
      `SZ000001,news,1d,${DAY},1,0.5,0,0,1`,
      `*,all,1d,${DAY + 24 * HOUR},1,-0.25,1,0,0`,
      `*,forum,1d,${DAY + 24 * HOUR},1,-0.25,1,0,0`,
      `SH600519,all,1d,${DAY + 24 * HOUR},1,-0.25,1,0,0`,
      `SH600519,forum,1d,${DAY + 24 * HOUR},1,-0.25,1,0,0`,
    ]);
    expect(readdirSync(folder).filter((name) => name.startsWith(`scored.${format}.`))).toEqual([
      `scored.${format}.index.csv`,
    ]);
  });
});

describe('SortedRuns', () => {
  it('gives every key once, in order, with all that was added under it', async () => {
    const item = z.object({ key: z.string(), count: z.number() });
    const batch = fc.uniqueArray(fc.string({ unit: 'grapheme', maxLength: 2 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { maxLength: 6 }), async (batches) => {
        const runs = await SortedRuns.open(join(folder, 'runs'), {
          schema: item,
          keyOf: ({ key }) => key,
          together: (one, other) => ({ key: one.key, count: one.count + other.count }),
        });
        for (const keys of batches) await runs.add(keys.map((key) => ({ key, count: 1 })));
        const merged: z.infer<typeof item>[] = [];
        for await (const one of runs.merged()) merged.push(one);
        await runs.close();
        const counts = new Map<string, number>();
        for (const key of batches.flat()) counts.set(key, (counts.get(key) ?? 0) + 1);
        const expected = [...counts].map(([key, count]) => ({ key, count }));
        expect(merged).toEqual(expected.sort((a, b) => (a.key < b.key ? -1 : 1)));
      }),
      { numRuns: 30 },
    );
  });
});
