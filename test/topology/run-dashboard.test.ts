import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { resolveSettings } from '../../src/config.js';
import * as answers from '../../src/dashboard/api/answers.js';
import { listen } from '../../src/listen.js';
import { createLogger } from '../../src/observe/logger.js';
import { ModelRegistry } from '../../src/registry/registry.js';
import { lintTopology } from '../../src/topology/lint.js';
import { runTopology } from '../../src/topology/run.js';
import { openEmbeddedTransport } from '../../src/transport/embedded/transport.js';
import { waitUntil } from '../conformance/patience.js';
import { EventClient } from '../dashboard/event-source.js';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { MINUTE, scoredRecord, sentiment } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-run-dashboard-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs an index, a view and a dashboard until the test is over. */
function run(name: string, dashboard: string) {
  const { topology, messages } = lintTopology(`name: trial
log: { kind: embedded, path: ${join(folder, name, 'log')} }
models: { path: ${join(folder, name, 'models')} }
index: { windows: [1m] }
view: { kind: embedded, path: ${join(folder, name, 'view')} }
dashboard: ${dashboard}
`);
  if (topology === undefined) throw new Error(JSON.stringify(messages));
  const stop = new AbortController();
  let address: string | undefined;
  const ended = runTopology(topology, {
    settings: resolveSettings({ flags: { home: folder } }, {}),
    logger: createLogger('silent'),
    stop: stop.signal,
    once: false,
    onEvent: () => {},
    watch: (run) => {
      address = run.dashboard;
      return { close: async () => {} };
    },
  });
  const opened = async () => {
    await waitUntil('the dashboard is there', () => address !== undefined);
    return new URL(address ?? '');
  };
  return { ended, opened, stop };
}

it('shows what comes through a topology, and ends with it though somebody looks on', async () => {
  const bundle = join(folder, 'bundle');
  await saveTinyBundle(bundle);
  const registry = await ModelRegistry.open(join(folder, 'shown', 'models'));
  const version = await registry.register(bundle);
  await registry.promote(version);

  const { ended, opened, stop } = run('shown', '{ port: 0, names: demo/names.csv }');
  const url = await opened();
  const get = async (path: string): Promise<unknown> => (await fetch(new URL(path, url))).json();
  const client = await (await EventClient.open(new URL('/api/stream', url))).ready();
  const log = openEmbeddedTransport(join(folder, 'shown', 'log'));
  onTestFinished(() => log.close());
  await log.append([scoredRecord(sentiment(0, 1)), scoredRecord(sentiment(1, 0.5))]);

  const rows = () => client.events.filter(({ name }) => name === 'index').map(({ data }) => JSON.parse(data));
  await waitUntil('the market’s row counts both', () =>
    rows().some(({ symbol, domain, count }) => symbol === '*' && domain === 'all' && count === 2),
  );
  expect(client.texts).toEqual(['t0', 't1']);
  await waitUntil('the view has them', async () => {
    return answers.indexSchema.parse(await get('/api/index?symbol=SH600519')).rows[0]?.count === 2;
  });
  const { symbols } = answers.symbolsSchema.parse(await get('/api/symbols'));
  expect(symbols).toMatchObject([{ symbol: 'SH600519', name: '贵州茅台', count: 2, mean: 0.75 }]);
  expect(answers.indexSchema.parse(await get('/api/index')).rows).toMatchObject([
    { symbol: '*', domain: 'all', window: '1m', start: MINUTE, count: 2, mean: 0.75 },
  ]);
  expect(answers.modelsSchema.parse(await get('/api/models'))).toMatchObject({ live: version });
  const { lag } = answers.pipelineSchema.parse(await get('/api/pipeline'));
  expect(new Set(lag.map(({ group }) => group))).toEqual(new Set(['moodtape-index', 'moodtape-view']));
  expect(answers.healthSchema.parse(await get('/api/health'))).toMatchObject({ status: 'ok', model: null });

  stop.abort();
  expect(await ended).toBe(true);
  await waitUntil('the client is sent away', () => !client.isOpen);
});

it('does not start where its port is taken, and says so', async () => {
  const taken = await listen(createServer(), { host: '127.0.0.1', port: 0 }, 'a test');
  onTestFinished(() => taken.close());
  const { ended } = run('taken', `{ port: ${taken.port} }`);
  await expect(ended).rejects.toMatchObject({ code: 'MT_LISTEN' });
  await expect(ended).rejects.toThrow(`the dashboard on 127.0.0.1:${taken.port}`);
});
