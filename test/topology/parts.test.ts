import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { throwError } from 'rxjs';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { WindowName } from '../../src/flow/window.js';
import type { Part } from '../../src/topology/part.js';
import { indexPart } from '../../src/topology/parts/index-windows.js';
import { viewPart } from '../../src/topology/parts/view.js';
import { SCORED } from '../../src/topology/topics.js';
import { work } from '../../src/topology/work.js';
import { openEmbeddedView } from '../../src/view/embedded/view.js';
import { catchUp, contextOf, indexRows, MINUTE, openLog, scoredRecord, sentiment } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-parts-'));
afterAll(() => rmSync(folder, { recursive: true }));
const windows: WindowName[] = ['1m'];
const indexFields = { windows, lateness: 0, group: 'index', format: 'json' } as const;

describe('the view', () => {
  it.each(['json', 'avro'] as const)('holds scored texts, and index rows written as %s', async (format) => {
    const transport = await openLog(folder);
    const view = openEmbeddedView(join(folder, `view-${format}`));
    onTestFinished(() => view.close());
    await transport.append([sentiment(1, 0.5), sentiment(2, -0.1)].map((text) => scoredRecord(text)));
    await catchUp(indexPart({ ...indexFields, format }, contextOf(transport)), transport);
    const fields = { kind: 'embedded', path: '', group: 'view' } as const;
    await catchUp(viewPart(fields, view, contextOf(transport)), transport);
    expect(await view.symbols(5)).toMatchObject([{ symbol: 'SH600519', count: 2 }]);
    const rows = await view.index({ symbol: '*', domain: 'news', window: '1m', limit: 5 });
    expect(rows).toMatchObject([{ start: MINUTE, count: 2 }]);
  });
});

describe('the index', () => {
  it('skips what somebody else wrote into the scored texts', async () => {
    const transport = await openLog(folder);
    const broken = ['not a score', '{}'].map((text) => ({
      topic: SCORED,
      key: null,
      value: Buffer.from(text),
    }));
    await transport.append([...broken, scoredRecord(sentiment(1, 0.5)), ...broken]);
    await catchUp(indexPart(indexFields, contextOf(transport)), transport);
    const counts = (await indexRows(transport)).map(({ count }) => count);
    expect(counts.length).toBeGreaterThan(0);
    expect(new Set(counts)).toEqual(new Set([1]));
  });

  it('writes nothing when it has nothing to read', async () => {
    const transport = await openLog(folder);
    await catchUp(indexPart(indexFields, contextOf(transport)), transport);
    expect(await indexRows(transport)).toEqual([]);
  });
});

describe('work', () => {
  it('fails when a part fails, and ends the others', async () => {
    const transport = await openLog(folder);
    const indexer = indexPart(indexFields, contextOf(transport));
    const broken: Part = { ...indexer, run: () => throwError(() => new Error('broken part')) };
    const stop = new AbortController().signal;
    const feeds = new Promise(() => {});
    const running = work([indexer, broken], { transport, feeds, stop, once: false });
    await expect(running).rejects.toThrow('broken part');
  });
});
