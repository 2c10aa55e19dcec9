import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { resolveSettings } from '../../src/config.js';
import { createLogger } from '../../src/observe/logger.js';
import { lintTopology } from '../../src/topology/lint.js';
import { type RunOptions, runTopology } from '../../src/topology/run.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-topology-run-'));
afterAll(() => rmSync(folder, { recursive: true }));

let runs = 0;

/** Runs a view on an embedded log: all that needs no model. */
function run(options: Partial<RunOptions> = {}, sections = '') {
  const log = join(folder, `log${runs++}`);
  const { topology, messages } = lintTopology(`name: trial
log: { kind: embedded, path: ${log} }
view: { kind: embedded, path: ${log}-view }
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
