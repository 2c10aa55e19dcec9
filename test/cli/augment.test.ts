import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { moodtape } from './run-cli.js';

// Guards: from a published file to one that training reads, and never from a file that is held out.

const folder = mkdtempSync(join(tmpdir(), 'moodtape-augment-cli-'));
const path = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

it('moodtape augment writes reworded texts of training files alone', async () => {
  mkdirSync(path('forum'));
  const rows = '\uFEFFid,text,label\n1,大盘大涨,2\n2,"今日下跌,亏损3.5亿",利空\n3,了,不明\n';
  for (const name of ['train', 'valid']) writeFileSync(path(`forum/${name}.csv`), rows);
  const augment = (name: string, ...args: string[]) =>
    moodtape(['augment', '--data', path(`forum/${name}.csv`), '--out', path('out.csv'), ...args]);

  const unknown = ['--unknown-label', '中性'];
  const done = await augment('train', ...unknown, '--share', '1', '--json');
  expect(done.stderr).toBe('');
  expect(JSON.parse(done.stdout)).toMatchObject({ read: 3, bySynonyms: 2, byModel: 0 });
  expect(readFileSync(path('out.csv'), 'utf8')).toMatch(
    /^id,text,label,domain,source\n1-synonyms,大盘\S+,利好,forum,synonyms\n2-synonyms,"今[日天]\S+,亏\S3\.5亿",利空,forum,synonyms\n$/,
  );

  const refused = await augment('valid', ...unknown);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/MT_CONFIG: .*valid\.csv is held out from training/);
});
