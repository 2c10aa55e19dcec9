import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filter, firstValueFrom, ReplaySubject } from 'rxjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { packagePath, resolveSettings } from '../../src/config.js';
import type { ScorerEvent } from '../../src/flow/event.js';
import { createLogger } from '../../src/observe/logger.js';
import { ScorerStats } from '../../src/observe/scorer-stats.js';
import { runTopology } from '../../src/topology/run.js';
import { topologySchema } from '../../src/topology/topology.js';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { Samples } from './samples.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-scraped-'));
const model = join(folder, 'model');
beforeAll(() => saveTinyBundle(model));
afterAll(() => rmSync(folder, { recursive: true }));

const lineSchema = z.looseObject({ msg: z.string(), port: z.int().optional() });

/** The demo's flow in a folder of its own, once through its feeds, with metrics on a free port. */
function demoTopology() {
  const demo = z.looseObject({ feeds: z.array(z.looseObject({})) });
  const { feeds, ...rest } = demo.parse(parse(readFileSync(packagePath('topologies', 'demo.yaml'), 'utf8')));
  return topologySchema.parse({
    ...rest,
    feeds: feeds.map((feed) => ({ ...feed, rate: 0, loop: false })),
    log: { kind: 'embedded', path: join(folder, 'log') },
    view: { kind: 'embedded', path: join(folder, 'view') },
    metrics: { host: '127.0.0.1', port: 0 },
  });
}

it('a scrape of the demo shows what its summary says', async () => {
  const lines = new ReplaySubject<z.infer<typeof lineSchema>>();
  const events = new ReplaySubject<ScorerEvent>();
  const stats = new ScorerStats();
  const stop = new AbortController();
  const ended = runTopology(demoTopology(), {
    settings: resolveSettings({ flags: { model, home: folder } }, {}),
    logger: createLogger('info', { write: (line) => lines.next(lineSchema.parse(JSON.parse(line))) }),
    stop: stop.signal,
    once: false,
    onEvent: (event) => {
      stats.record(event, performance.now());
      events.next(event);
    },
  });
  const line = (msg: string) => firstValueFrom(lines.pipe(filter((line) => line.msg === msg)));
  const { port } = await line('serving metrics');
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  expect((await get('/healthz')).status).toBe(200);
  expect(await line('running')).toMatchObject({ topology: 'demo', model: expect.any(String) });
  expect((await get('/readyz')).status).toBe(200);

  // As many as demo/README.md says.
  const all = () => stats.summary().scored + stats.summary().deadLettered === 521;
  await firstValueFrom(events.pipe(filter(all)));
  const samples = new Samples(await (await get('/metrics')).text());
  const { read, scored, deadLettered, cached } = stats.summary();
  expect(samples.sum('moodtape_records_read_total')).toBe(read);
  expect(samples.sum('moodtape_records_scored_total')).toBe(scored);
  expect(samples.sum('moodtape_records_dead_lettered_total')).toBe(deadLettered);
  expect(samples.sum('moodtape_cache_hits_total')).toBe(cached);
  for (const [code, count] of stats.deadByCode()) {
    expect(samples.sum('moodtape_records_dead_lettered_total', { code })).toBe(count);
  }
  expect(samples.sum('moodtape_batch_texts_sum') + cached).toBe(scored);
  expect(samples.sum('moodtape_in_flight_bytes')).toBe(0);
  expect(samples.sum('moodtape_consumer_lag_records', { group: 'moodtape' })).toBe(0);
  expect(samples.of('moodtape_model_info')).toMatchObject([{ value: 1, labels: { model: 'tiny' } }]);
  expect(samples.sum('process_resident_memory_bytes')).toBeGreaterThan(0);

  stop.abort();
  await ended;
  await expect(get('/healthz')).rejects.toThrow();
});
