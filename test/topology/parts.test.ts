import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { throwError } from 'rxjs';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { sentimentCodec, sentimentIndexCodec } from '../../src/codec/codecs.js';
import type { Sentiment } from '../../src/codec/sentiment.js';
import { createLogger } from '../../src/observe/logger.js';
import type { Part } from '../../src/topology/part.js';
import { indexPart } from '../../src/topology/parts/index-windows.js';
import { viewPart } from '../../src/topology/parts/view.js';
import { readAll } from '../../src/topology/read-all.js';
import { INDEX, SCORED } from '../../src/topology/topics.js';
import { work } from '../../src/topology/work.js';
import { openEmbeddedTransport } from '../../src/transport/embedded/transport.js';
import type { Transport } from '../../src/transport/transport.js';
import { openEmbeddedView } from '../../src/view/embedded/view.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-parts-'));
afterAll(() => rmSync(folder, { recursive: true }));
const logger = createLogger('silent');
const MINUTE = Date.UTC(2026, 2, 2, 2, 0);

function sentiment(id: number, score: number): Sentiment {
  const label = score > 0 ? '利好' : '利空';
  return {
    id: `t${id}`,
    source: `raw.news/0/${id}`,
    domain: 'news',
    symbols: ['SH600519'],
    text: '涨',
    truncated: false,
    publishedAt: MINUTE + id,
    scoredAt: MINUTE + id,
    label,
    probabilities: [0, 0, 1],
    score,
    confidence: 1,
    experts: {},
    model: 'm',
  };
}

let logs = 0;
async function openLog(): Promise<Transport> {
  const transport = openEmbeddedTransport(join(folder, `log${logs++}`));
  onTestFinished(() => transport.close());
  await transport.ensureTopics([SCORED, INDEX].map((name) => ({ name, partitions: 1 })));
  return transport;
}

async function append(transport: Transport, values: readonly (Sentiment | string)[]): Promise<void> {
  const { encode } = sentimentCodec('json');
  await transport.append(
    values.map((value) => ({
      topic: SCORED,
      key: null,
      value: typeof value === 'string' ? Buffer.from(value) : encode(value),
    })),
  );
}

/** Lets a part work on all that is in its topics, and drains it. */
async function catchUp(part: Part, transport: Transport): Promise<void> {
  const stop = new AbortController().signal;
  await work([part], { transport, feeds: Promise.resolve(), stop, once: true });
}

async function indexRows(transport: Transport) {
  const rows: ReturnType<ReturnType<typeof sentimentIndexCodec>['decode']>[] = [];
  const { decode } = sentimentIndexCodec('json');
  await readAll(transport, INDEX).forEach(({ records }) => {
    rows.push(...records.flatMap(({ value }) => (value === null ? [] : decode(value))));
  });
  return rows;
}

describe('the index', () => {
  const indexOf = (transport: Transport) =>
    indexPart({ windows: ['1m', '1d'], lateness: 1000, group: 'index' }, transport, logger);

  it('counts every text once, also over a restart within a window', async () => {
    const transport = await openLog();
    await append(transport, [sentiment(1, 0.5), sentiment(2, -0.1)]);
    await catchUp(indexOf(transport), transport);
    await append(transport, [sentiment(3, 0.2)]);
    await catchUp(indexOf(transport), transport);
    const last = (await indexRows(transport)).findLast(
      ({ symbol, domain, window }) => symbol === 'SH600519' && domain === 'all' && window === '1m',
    );
    expect(last).toMatchObject({ start: MINUTE, count: 3, bullish: 2, bearish: 1 });
    expect(last?.mean).toBeCloseTo(0.2, 9);
  });

  it('skips what somebody else wrote into the scored texts', async () => {
    const transport = await openLog();
    await append(transport, ['not a score', sentiment(1, 0.5), '{}']);
    await catchUp(indexOf(transport), transport);
    const counts = (await indexRows(transport)).map(({ count }) => count);
    expect(counts.length).toBeGreaterThan(0);
    expect(new Set(counts)).toEqual(new Set([1]));
  });

  it('writes nothing when it has nothing to read', async () => {
    const transport = await openLog();
    await catchUp(indexOf(transport), transport);
    expect(await indexRows(transport)).toEqual([]);
  });
});

describe('the view', () => {
  it('holds scored texts and index rows', async () => {
    const transport = await openLog();
    const view = openEmbeddedView(join(folder, `view${logs}`));
    onTestFinished(() => view.close());
    await append(transport, [sentiment(1, 0.5), sentiment(2, -0.1)]);
    await catchUp(indexPart({ windows: ['1m'], lateness: 0, group: 'index' }, transport, logger), transport);
    await catchUp(
      viewPart({ kind: 'embedded', path: '', group: 'view' }, transport, view, logger),
      transport,
    );
    expect(await view.symbols(5)).toMatchObject([{ symbol: 'SH600519', count: 2 }]);
    const rows = await view.index({ symbol: '*', domain: 'news', window: '1m', limit: 5 });
    expect(rows).toMatchObject([{ start: MINUTE, count: 2 }]);
  });
});

describe('work', () => {
  it('fails when a part fails, and ends the others', async () => {
    const transport = await openLog();
    const indexer = indexPart({ windows: ['1m'], lateness: 0, group: 'index' }, transport, logger);
    const broken: Part = { ...indexer, run: () => throwError(() => new Error('broken part')) };
    const stop = new AbortController().signal;
    const feeds = new Promise(() => {});
    const running = work([indexer, broken], { transport, feeds, stop, once: false });
    await expect(running).rejects.toThrow('broken part');
  });
});
