import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filter, firstValueFrom, ReplaySubject } from 'rxjs';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { resolveSettings } from '../../src/config.js';
import { createLogger } from '../../src/observe/logger.js';
import { ModelRegistry } from '../../src/registry/registry.js';
import { runTopology } from '../../src/topology/run.js';
import { topologySchema } from '../../src/topology/topology.js';
import { openEmbeddedTransport } from '../../src/transport/embedded/transport.js';
import { waitUntil } from '../conformance/patience.js';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { newsItem, OUTPUTS, readScored } from '../flow/bench.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-run-models-'));
afterAll(() => rmSync(folder, { recursive: true }));
const lineSchema = z.looseObject({ msg: z.string() });

const topology = topologySchema.parse({
  name: 'trial',
  log: { kind: 'embedded', path: join(folder, 'log') },
  sources: [{ topic: 'raw', domain: 'news' }],
  models: { path: join(folder, 'models') },
  scorer: {},
});

/** Runs the topology while `work` does; gives it a way to wait for log lines. */
async function whileRunning(work: (logged: (msg: string) => Promise<object>) => Promise<void>) {
  const lines = new ReplaySubject<z.infer<typeof lineSchema>>();
  const stop = new AbortController();
  const ended = runTopology(topology, {
    settings: resolveSettings({ flags: { model: join(folder, 'start'), home: folder, device: 'cpu' } }, {}),
    logger: createLogger('info', { write: (line) => lines.next(lineSchema.parse(JSON.parse(line))) }),
    stop: stop.signal,
    once: false,
    onEvent: () => {},
  });
  await work((msg) => firstValueFrom(lines.pipe(filter((line) => line.msg === msg))));
  stop.abort();
  expect(await ended).toBe(true);
}

it('a scorer starts with its model, goes over to what is promoted, and starts with that the next time', async () => {
  const start = await saveTinyBundle(join(folder, 'start'));
  const refit = await saveTinyBundle(join(folder, 'refit'), { temperature: 2 });
  const registry = await ModelRegistry.open(join(folder, 'models'));
  const log = openEmbeddedTransport(join(folder, 'log'));
  let scored = 0;
  const score = async (...texts: string[]) => {
    await log.append(texts.map((text) => ({ topic: 'raw', key: null, value: newsItem(text) })));
    scored += texts.length;
    await waitUntil('they are scored', async () => {
      const [partition] = await log.lag('nobody', [OUTPUTS.scored]);
      return Number(partition?.end ?? 0) >= scored;
    });
  };

  await whileRunning(async (logged) => {
    expect(await logged('running')).toMatchObject({ model: start.version });
    await score('涨');
    await registry.promote(await registry.register(refit.dir));
    expect(await logged('another version of the model scores')).toMatchObject({
      model: 'tiny',
      version: refit.version,
      previous: start.version,
    });
    // What the old version said of it is not the new one's to repeat.
    await score('涨', '跌');
  });
  await whileRunning(async (logged) => {
    expect(await logged('running')).toMatchObject({ model: refit.version });
    await registry.startTrial(await registry.register(start.dir), { kind: 'canary', share: 1 });
    expect(await logged('a version is on trial')).toMatchObject({ kind: 'canary', version: start.version });
    await score('停');
    await registry.endTrial();
    expect(await logged('the trial is over')).toMatchObject({ texts: 1, failed: 0 });
  });
  const [one, other] = [start.version, refit.version];
  expect((await readScored(log)).map(({ text, model }) => [text, model])).toEqual([
    ['涨', one],
    ['涨', other],
    ['跌', other],
    ['停', one],
  ]);
  await log.close();
});
