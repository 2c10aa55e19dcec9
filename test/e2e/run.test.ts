import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moodtape } from '../cli/run-cli.js';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-run-'));
beforeAll(async () => {
  await saveTinyBundle(join(folder, 'model'));
  const lines = Array.from(
    { length: 40 },
    (_, i) => `{"id":"n${i}","text":"涨${i}","publishedAt":1772414104}\n`,
  );
  writeFileSync(join(folder, 'news.ndjson'), `${lines.join('')}oops\n`);
  writeFileSync(
    join(folder, 'topology.yaml'),
    `name: trial
log: { kind: embedded, path: log }
feeds: [{ file: news.ndjson, topic: raw.news }]
sources: [{ topic: raw.news, domain: news }]
scorer: { model: no-such-model }
view: { kind: embedded, path: view }
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (env: NodeJS.ProcessEnv) =>
  moodtape(['run', 'topology.yaml', '--once', '--json'], { cwd: folder, env });

describe('moodtape run', () => {
  it('runs a topology through its feeds; the environment wins over the file', async () => {
    const { code, stdout, stderr } = await run({ MOODTAPE_MODEL: 'model' });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ read: 41, scored: 40, deadLettered: 1 });
    const logged = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(logged.map(({ msg }) => msg)).toEqual(['running', 'committed, with dead letters', 'ended']);
    expect(logged[1]).toMatchObject({ topic: 'raw.news', dead: { MT_JSON: 1 } });
  });

  it('goes on where it stopped: what was read before is not read again', async () => {
    expect(JSON.parse((await run({ MOODTAPE_MODEL: 'model' })).stdout)).toMatchObject({
      read: 41,
      scored: 40,
    });
  });

  it('says what is missing', async () => {
    const { code, stderr } = await run({});
    expect(code).toBe(1);
    expect(stderr).toContain('error MT_BUNDLE');
  });
});
