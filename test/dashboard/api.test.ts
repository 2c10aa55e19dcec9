import { describe, expect, it } from 'vitest';
import * as answers from '../../src/dashboard/api/answers.js';
import { MoodtapeError } from '../../src/errors.js';
import { DEAD_LETTERS } from '../../src/topology/topics.js';
import { row, scored } from '../conformance/view/samples.js';
import { openDashboard } from './support.js';

/** Texts about SH600519, a minute apart, the oldest first. */
const series = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    ...scored(`t${i}`, ['SH600519'], i % 2 ? 0.5 : -0.5),
    publishedAt: i * 60_000,
    text: i % 10 === 0 ? `贵州茅台 Q${i} 业绩` : '无关',
    label: i % 2 ? ('利好' as const) : ('利空' as const),
    domain: i % 3 ? ('news' as const) : ('forum' as const),
  }));
const ids = (texts: readonly { id: string }[]) => texts.map(({ id }) => id);

describe('GET /api/symbols', () => {
  it('has every symbol with its name, count and mean, and one of them alone', async () => {
    const { json, get, show } = await openDashboard();
    await show(scored('a', ['SH600519'], 1), scored('b', ['SH600519'], 0), scored('c', ['AAPL'], -1));
    const { symbols } = answers.symbolsSchema.parse(await json('/api/symbols'));
    expect(symbols.map(({ last, ...rest }) => ({ ...rest, last: last.id }))).toEqual([
      { symbol: 'SH600519', name: '贵州茅台', count: 2, mean: 0.5, last: 'b' },
      { symbol: 'AAPL', name: null, count: 1, mean: -1, last: 'c' },
    ]);
    expect(answers.symbolsSchema.parse(await json('/api/symbols?limit=1')).symbols).toHaveLength(1);
    expect(answers.symbolSchema.parse(await json('/api/symbols/AAPL'))).toEqual(symbols[1]);
    const missing = await get('/api/symbols/TSLA');
    expect(missing.status).toBe(404);
    expect(answers.failureSchema.parse(await missing.json()).error.code).toBe('MT_REQUEST');
  });
});

describe('GET /api/texts', () => {
  it('finds texts by words, time, kind and symbol', async () => {
    const { json, show } = await openDashboard();
    await show(...series(60), scored('other', ['AAPL']));
    const found = async (query: string) =>
      ids(answers.textsSchema.parse(await json(`/api/texts?${query}`)).texts);
    expect(await found('limit=2')).toEqual(['other', 't59']);
    expect(await found(`q=${encodeURIComponent('茅台 q3')}`)).toEqual(['t30']);
    expect(await found(`q=${encodeURIComponent('茅台')}&domain=forum`)).toEqual(['t30', 't0']);
    expect(await found(`from=${50 * 60_000}&to=${52 * 60_000}`)).toEqual(['t52', 't51', 't50']);
    expect(await found(`label=${encodeURIComponent('利空')}&limit=2&symbol=SH600519`)).toEqual([
      't58',
      't56',
    ]);
    expect(await found('symbol=TSLA')).toEqual([]);
  });

  it('goes on where an answer ended, through all of them', async () => {
    const { json, show } = await openDashboard();
    await show(...series(47));
    const seen: string[] = [];
    for (let before = ''; ; ) {
      const answer = answers.textsSchema.parse(await json(`/api/texts?limit=10${before}`));
      seen.push(...ids(answer.texts));
      if (answer.next === null) break;
      before = `&before=${answer.next}`;
    }
    expect(seen).toEqual(ids(series(47).reverse()));
  });
});

describe('GET /api/index and /api/movers', () => {
  it('has the newest rows of a series, oldest first', async () => {
    const { json, showRows } = await openDashboard();
    await showRows(...[1, 2, 3, 4].map((minute) => row('*', minute * 60_000)), row('AAPL', 60_000));
    const starts = async (query: string) =>
      answers.indexSchema.parse(await json(`/api/index?${query}`)).rows.map(({ start }) => start / 60_000);
    expect(await starts('')).toEqual([1, 2, 3, 4]);
    expect(await starts('limit=2')).toEqual([3, 4]);
    expect(await starts(`from=${2 * 60_000}&to=${3 * 60_000}`)).toEqual([2, 3]);
    expect(await starts('symbol=AAPL')).toEqual([1]);
    expect(await starts('domain=news')).toEqual([]);
  });

  it('compares the newest window with the last one in which a symbol had texts', async () => {
    const { json, show, showRows } = await openDashboard();
    const symbols = ['UP', 'DOWN', 'NEW', 'OLD', 'SH600519'];
    await show(...symbols.map((symbol) => scored(symbol, [symbol])));
    const at = (symbol: string, minute: number, mean: number) => ({
      ...row(symbol, minute * 60_000, 3),
      mean,
    });
    await showRows(
      ...[at('*', 1, 0), at('*', 2, 0), at('*', 3, 0)],
      ...[at('UP', 2, -0.5), at('UP', 3, 0.25), at('DOWN', 1, 0.5), at('DOWN', 3, 0)],
      ...[at('NEW', 3, 1), at('OLD', 1, 1), at('OLD', 2, -1), at('SH600519', 2, 0), at('SH600519', 3, 0.125)],
    );
    const answer = answers.moversSchema.parse(await json('/api/movers?window=1m'));
    expect(answer).toEqual({
      at: 180_000,
      risers: [
        { symbol: 'UP', name: null, mean: 0.25, before: -0.5, change: 0.75, count: 3 },
        { symbol: 'SH600519', name: '贵州茅台', mean: 0.125, before: 0, change: 0.125, count: 3 },
      ],
      fallers: [{ symbol: 'DOWN', name: null, mean: 0, before: 0.5, change: -0.5, count: 3 }],
    });
    const none = answers.moversSchema.parse(await json('/api/movers?window=1d'));
    expect(none).toEqual({ at: null, risers: [], fallers: [] });
  });
});

describe('GET /api/experts', () => {
  it('averages the weights by domain and by label', async () => {
    const { json, show } = await openDashboard();
    const weighted = (id: string, domain: 'news' | 'forum', news: number) => ({
      ...scored(id, []),
      domain,
      experts: { news, forum: 1 - news },
    });
    await show(weighted('a', 'news', 1), weighted('b', 'news', 0.5), weighted('c', 'forum', 0));
    expect(answers.expertsSchema.parse(await json('/api/experts'))).toEqual({
      texts: 3,
      byDomain: { news: { news: 0.75, forum: 0.25 }, forum: { news: 0, forum: 1 } },
      byLabel: { 利好: { news: 0.5, forum: 0.5 } },
    });
  });
});

describe('GET /api/models', () => {
  it('is empty without a registry', async () => {
    const { json } = await openDashboard();
    expect(answers.modelsSchema.parse(await json('/api/models'))).toEqual({
      ...{ live: null, previous: null, trial: null },
      ...{ versions: [], events: [], accuracy: null },
    });
  });

  it('tells versions, events and how well the live one does', async () => {
    const event = (seq: number) => ({
      ...{ seq, event: 'promoted' as const, model: 'tiny', version: `v${seq}`, previous: null },
      ...{ at: seq, reason: 'better', share: null, metrics: { gain: 0.1 } },
    });
    const state = {
      seq: 2,
      versions: ['v1', 'v2'],
      lineage: ['v1', 'v2'],
      live: 'v2',
      previous: 'v1',
      trial: undefined,
    };
    const version = {
      version: 'v2',
      model: 'tiny',
      aliases: ['live'],
      share: undefined,
      registeredAt: 1,
      decision: event(2),
    };
    const { json } = await openDashboard(
      {},
      {
        models: async () => ({ state, versions: [version], events: [event(1), event(2)] }),
        accuracy: () => ({ labels: 50, accuracy: 0.8, difference: undefined }),
      },
    );
    const answer = answers.modelsSchema.parse(await json('/api/models'));
    expect(answer).toMatchObject({ live: 'v2', previous: 'v1', trial: null });
    expect(answer.versions).toEqual([{ ...version, share: null }]);
    expect(answer.events).toEqual([event(2), event(1)]);
    expect(answer.accuracy).toEqual({ labels: 50, accuracy: 0.8, difference: null });
  });
});

describe('GET /api/pipeline', () => {
  it('shows lag, speed, batches and the last dead letters', async () => {
    const { json, write, log, stats } = await openDashboard();
    await write(scored('a', []), scored('b', []), scored('c', []));
    const header = (name: string, value: string) => ({ [`moodtape.error.${name}`]: Buffer.from(value) });
    const place = { ...header('topic', 'raw.news'), ...header('partition', '3') };
    for (let offset = 0; offset < 60; offset++) {
      const what = {
        ...header('code', 'MT_JSON'),
        ...header('message', 'no JSON'),
        ...header('offset', `${offset}`),
      };
      await log.append([
        { topic: DEAD_LETTERS, key: null, value: null, headers: { ...place, ...what }, timestamp: offset },
      ]);
    }
    const spent = { decode: 0, enrich: 0, commit: 0 };
    stats.record(
      {
        ...{
          type: 'committed',
          topic: 'raw.news',
          partition: 0,
          records: 4,
          scored: 3,
          cached: 1,
          nextOffset: 4n,
        },
        ...{ dead: { MT_JSON: 1 }, milliseconds: 20, spent },
      },
      performance.now(),
    );
    for (const texts of [1, 3, 4, 5]) {
      stats.record(
        { type: 'batch', texts, tokens: 9, padding: 0, milliseconds: 1, waits: [] },
        performance.now(),
      );
    }
    const answer = answers.pipelineSchema.parse(await json('/api/pipeline'));
    expect(answer.lag).toEqual([
      { group: 'readers', topic: 'sentiment.scored', partition: 0, committed: 0, end: 2 },
      { group: 'readers', topic: 'sentiment.scored', partition: 1, committed: 0, end: 1 },
    ]);
    expect(answer).toMatchObject({ scored: 3, cached: 1, deadLettered: 1 });
    expect(answer.p99Ms).toBeCloseTo(20, 0);
    expect(answer.batches).toEqual([
      { texts: 1, count: 1 },
      { texts: 4, count: 2 },
      { texts: 8, count: 1 },
    ]);
    expect(answer.recentFailures).toHaveLength(50);
    expect(answer.recentFailures[0]).toEqual({
      code: 'MT_JSON',
      message: 'no JSON',
      at: 59,
      source: 'raw.news/3/59',
    });
  });
});

describe('GET /api/health', () => {
  it('is ok, and degraded when something does not answer', async () => {
    const { json, stats } = await openDashboard();
    expect(answers.healthSchema.parse(await json('/api/health'))).toMatchObject({
      ...{ status: 'ok', problems: [], model: { name: 'tiny', version: 'v1' } },
    });
    const error = new MoodtapeError('MT_BUNDLE', 'weights are missing');
    stats.record({ type: 'swapFailed', role: 'live', version: 'v2', error }, performance.now());
    expect(answers.healthSchema.parse(await json('/api/health'))).toMatchObject({
      status: 'degraded',
      problems: ['the live model v2 cannot be brought in: weights are missing'],
    });
  });
});

describe('a view that is away', () => {
  it('is a problem of the health, and answers that wait for it are refused after a while', async () => {
    const away = () => new Promise<never>(() => {});
    const view = { recent: away, page: away, index: away, symbols: away, summary: away };
    const { json, get } = await openDashboard({}, { view });
    const [health, symbols] = await Promise.all([json('/api/health'), get('/api/symbols')]);
    expect(answers.healthSchema.parse(health).problems).toEqual(['the view: no answer within 2 s']);
    expect([symbols.status, symbols.headers.get('retry-after')]).toEqual([503, '5']);
  });
});

describe('GET /api/openapi.json', () => {
  it('describes every path and refers to nothing that is not there', async () => {
    const { get, json } = await openDashboard();
    const document = JSON.stringify(await json('/api/openapi.json'));
    const { paths, components } = JSON.parse(document);
    const references = [...document.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name,
    );
    expect(references.length).toBeGreaterThan(20);
    for (const name of references) expect(components.schemas).toHaveProperty(name ?? '');
    for (const path of Object.keys(paths)) {
      const response = await get(path.replace('{symbol}', 'SH600519'), { method: 'HEAD' });
      expect([200, 404], path).toContain(response.status);
      expect((await get(`${path}?colour=red`)).status, path).toBe(400);
    }
  });

  it.each([
    'texts?limit=501',
    'texts?from=yesterday',
    'texts?before=x',
    'texts?symbol=*',
    `texts?q=${'x'.repeat(201)}`,
    'index?window=2m',
    'index?limit=3001',
    'index?to=-1',
    'movers?domain=rumours',
    'symbols/%2e%2e',
    'symbols/a%20b',
  ])('refuses /api/%s', async (path) => {
    const { get } = await openDashboard();
    const response = await get(`/api/${path}`);
    expect([400, 404]).toContain(response.status);
    expect(answers.failureSchema.parse(await response.json()).error.code).toBe('MT_REQUEST');
  });
});
