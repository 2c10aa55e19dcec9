import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { moodtape } from './run-cli.js';

// Guards: from a bundle and a file to a page, as a user types it, and what is said when that cannot be.

const folder = mkdtempSync(join(tmpdir(), 'moodtape-report-'));
const path = (name: string) => join(folder, name);
const call = (...more: string[]) =>
  moodtape(['report', '--model', path('model'), '--data', path('data.csv'), ...more]);

beforeAll(async () => {
  await saveTinyBundle(path('model'));
  writeFileSync(path('data.csv'), 'id,text,label\n1,茅台涨停,利好\n2,大盘跌,利空\n3,公司今日,中性\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('moodtape report', () => {
  it('writes a page and its numbers', async () => {
    const { code, stdout } = await call('--out', path('a/report'), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ page: path('a/report/index.html'), n: 3 });
    expect(readdirSync(path('a/report')).sort()).toEqual(['index.html', 'report.json']);
    const report = JSON.parse(readFileSync(path('a/report/report.json'), 'utf8'));
    expect(report.evaluation.accuracy).toBe(JSON.parse(stdout).accuracy);
    expect(readFileSync(path('a/report/index.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  it.each([
    ['a folder that cannot be', ['--out', path('data.csv/report')], /MT_FILE: .*data\.csv/],
    [
      'a folder without runs',
      ['--out', path('b'), '--runs', path('model/none')],
      /MT_FILE: cannot read .*none/,
    ],
  ])('says what is wrong with %s', async (_, more, message) => {
    const { code, stderr } = await call(...more);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });
});
