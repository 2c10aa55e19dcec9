import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveSettings } from '../../src/config.js';
import { createLogger } from '../../src/observe/logger.js';
import { lintTopology } from '../../src/topology/lint.js';
import { type RunOptions, runTopology } from '../../src/topology/run.js';
import { SCORED } from '../../src/topology/topics.js';
import { openEmbeddedTransport } from '../../src/transport/embedded/transport.js';
import { waitUntil } from '../conformance/patience.js';
import { Samples } from '../observe/samples.js';
import { describeWithOwnRedis } from '../services/describe.js';
import { startRedis } from '../services/redis.js';
import { scoredRecord, sentiment } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-topology-run-'));
afterAll(() => rmSync(folder, { recursive: true }));

let runs = 0;

/** Runs a view on an embedded log: all that needs no model. */
function run(options: Partial<RunOptions> = {}, sections = '', view = embeddedView()) {
  const { topology, messages } = lintTopology(`name: trial
log: { kind: embedded, path: ${join(folder, `log${runs++}`)} }
view: ${view}
${sections}`);
  if (topology === undefined) throw new Error(JSON.stringify(messages));
  const stop = new AbortController();
  const lines = new PassThrough({ encoding: 'utf8' });
  const ended = runTopology(topology, {
    settings: resolveSettings({ flags: { home: folder } }, {}),
    logger: createLogger('info', lines),
    stop: stop.signal,
    once: false,
    onEvent: () => {},
    ...options,
  });
  /** The next line that has this message. */
  const logged = async (message: string): Promise<Record<string, unknown>> => {
    for await (const chunk of lines.iterator({ destroyOnReturn: false })) {
      const entries = String(chunk).trimEnd().split('\n');
      const found = entries.map((line) => JSON.parse(line)).find(({ msg }) => msg === message);
      if (found !== undefined) return found;
    }
    throw new Error(`nothing says “${message}”`);
  };
  return { stop, ended, logged };
}

function embeddedView(): string {
  return `{ kind: embedded, path: ${join(folder, `view${runs}`)} }`;
}

describe('runTopology', () => {
  it('is ready when everything runs, and not any more once it drains', async () => {
    let status = 0;
    const ask = async (port: unknown) => (await fetch(`http://127.0.0.1:${port}/readyz`)).status;
    let port: unknown;
    const watch = () => ({
      close: async () => {
        status = await ask(port);
      },
    });
    const { stop, ended, logged } = run({ watch }, 'metrics: { port: 0 }');
    ({ port } = await logged('serving metrics'));
    await logged('running');
    expect(await ask(port)).toBe(200);
    stop.abort();
    expect(await ended).toBe(true);
    expect(status).toBe(503);
  });

  it('counts the texts that come too late for the index', async () => {
    const log = openEmbeddedTransport(join(folder, `log${runs}`));
    const sections = 'index: { windows: [1m], lateness: 0s }\nmetrics: { port: 0 }';
    const { stop, ended, logged } = run({}, sections);
    const { port } = await logged('serving metrics');
    await logged('running');
    // The watermark moves when ten thousand texts have shown which sources there are.
    const texts = Array.from({ length: 10_300 }, (_, id) => scoredRecord(sentiment(600_000 + id, 0.5)));
    await log.append([...texts, scoredRecord(sentiment(0, 0.5))]);
    await waitUntil('they are indexed', async () =>
      (await log.lag('moodtape-index', [SCORED])).every(({ committed, end }) => committed === end),
    );
    const scraped = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(new Samples(scraped).sum('moodtape_late_texts_total')).toBe(1);
    stop.abort();
    await ended;
    await log.close();
  });

  it('does not wait for ever for what does not end', async () => {
    const watch = () => ({ close: () => new Promise<void>(() => {}) });
    const { stop, ended, logged } = run({ watch, drainMs: 100 });
    await logged('running');
    stop.abort();
    expect(await ended).toBe(false);
  });

  it('ends in order when it is stopped before everything runs', async () => {
    const { stop, ended } = run();
    stop.abort();
    expect(await ended).toBe(true);
  });

  it('says what cannot be opened', async () => {
    const { ended } = run({}, 'registry: { url: "http://me:secret@127.0.0.1:9" }');
    await expect(ended).rejects.toMatchObject({ code: 'MT_SCHEMA_REGISTRY' });
    await expect(ended).rejects.not.toThrow(/secret/);
  });
});

describeWithOwnRedis('runTopology with a view in Redis', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  const runWith = (url: string) => run({}, '', `{ kind: redis, url: "${url}" }`);

  it('ends at the start, before there is a record, when Redis refuses', async () => {
    const { ended } = runWith(redis.address.url.replace('//', '//stranger:hunter2@'));
    await expect(ended).rejects.toMatchObject({
      code: 'MT_VIEW',
      message: expect.stringContaining(redis.address.url.replace('redis://', '')),
      remedy: expect.stringContaining('the user and the password'),
    });
    await expect(ended).rejects.not.toThrow(/hunter2/);
  });

  it('says that it waits when Redis is away at the start, and ends in order while it is', async () => {
    await redis.halt();
    const { stop, ended, logged } = runWith(redis.address.url);
    await logged('Redis is away; waiting for it');
    stop.abort();
    expect(await ended).toBe(true);
    await redis.resume();
  });

  it('goes on when Redis, which was away at the start, is there', async () => {
    await redis.halt();
    const { stop, ended, logged } = runWith(redis.address.url);
    await logged('Redis is away; waiting for it');
    await redis.resume();
    await logged('Redis is back');
    stop.abort();
    expect(await ended).toBe(true);
  });
});
