import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SCORED } from '../../src/topology/topics.js';
import { openEmbeddedTransport } from '../../src/transport/embedded/transport.js';
import { openEmbeddedView } from '../../src/view/embedded/view.js';
import { moodtape } from '../cli/run-cli.js';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { describeWithRegistry } from '../services/describe.js';

describeWithRegistry('moodtape run with a schema registry', ({ url }) => {
  const folder = mkdtempSync(join(tmpdir(), 'moodtape-run-registry-'));
  beforeAll(async () => {
    await saveTinyBundle(join(folder, 'model'));
    writeFileSync(join(folder, 'news.ndjson'), '{"id":"n1","text":"涨停","publishedAt":1772414104}\n');
    writeFileSync(
      join(folder, 'topology.yaml'),
      `name: trial
log: { kind: embedded, path: log }
feeds: [{ file: news.ndjson, topic: raw.news }]
sources: [{ topic: raw.news, domain: news }]
scorer: { format: avro }
index: { format: avro }
view: { kind: embedded, path: view }
`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('writes Avro under ids of the registry, and reads it again', async () => {
    const env = { MOODTAPE_MODEL: 'model', MOODTAPE_REGISTRY_URL: url };
    const { code, stdout, stderr } = await moodtape(['run', 'topology.yaml', '--once', '--json'], {
      cwd: folder,
      env,
    });
    expect(stderr).not.toContain('error');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ read: 1, scored: 1 });

    const log = openEmbeddedTransport(join(folder, 'log'));
    const view = openEmbeddedView(join(folder, 'view'));
    try {
      for await (const [record] of log.read([{ topic: SCORED, partition: 0, from: 0n, until: 1n }])) {
        const value = Buffer.from(record?.value ?? []);
        expect(value[0]).toBe(0);
        const found = await fetch(`${url}/schemas/ids/${value.readInt32BE(1)}`);
        expect(JSON.stringify(await found.json())).toContain('io.moodtape');
      }
      expect(await view.recent({ limit: 5 })).toMatchObject([{ id: 'n1', text: '涨停' }]);
      expect(await view.index({ symbol: '*', domain: 'all', window: '1d', limit: 5 })).toMatchObject([
        { count: 1 },
      ]);
    } finally {
      await log.close();
      await view.close();
    }
  });
});
