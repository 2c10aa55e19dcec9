import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { type CallOptions, moodtape } from './run-cli.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-score-'));
const model = join(folder, 'model');
beforeAll(() => saveTinyBundle(model));
afterAll(() => rmSync(folder, { recursive: true }));

const score = (args: readonly string[], options: CallOptions = {}) =>
  moodtape(['score', ...args], { ...options, env: { MOODTAPE_MODEL: model } });

describe('moodtape score', () => {
  it('prints label, probabilities as bars, score and expert weights', async () => {
    const { code, stdout } = await score(['今日<b>大盘</b>涨停']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^利[好空] {2}今日大盘涨停\n {2}利好 █+.* 0\.\d{3}\n {2}中性 .*\n {2}利空 .*\n/);
    expect(stdout).toMatch(/score [+−]0\.\d{3} · experts news 0\.\d{3}, forum 0\.\d{3} · model [0-9a-f]{12}/);
  });

  it('scores the lines of stdin, one JSON object each, in their order', async () => {
    const input = Array.from({ length: 700 }, (_, i) => `大盘涨${i}`).join('\n');
    const { code, stdout } = await score(['--json'], { input: `${input}\n\n` });
    expect(code).toBe(0);
    const results = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(results.map(({ text }) => text).join('\n')).toBe(input);
    expect(Object.keys(results[0])).toEqual(
      'text label probabilities score confidence experts model truncated'.split(' '),
    );
  });

  it('says which texts cannot be scored, scores the others, and fails', async () => {
    const [plain, json] = await Promise.all([score(['<p></p>', '跌']), score(['--json', '<p></p>', '跌'])]);
    expect(plain.code).toBe(1);
    expect(plain.stderr).toBe('error MT_EMPTY_TEXT: “<p></p>”: no text is left after normalising\n');
    expect(plain.stdout).toContain('  跌\n');
    expect(json.code).toBe(1);
    expect(json.stderr).toBe('');
    expect(JSON.parse(json.stdout.split('\n')[0] ?? '')).toMatchObject({
      code: 'MT_EMPTY_TEXT',
      text: '<p></p>',
    });
  });

  it('lets one expert alone score', async () => {
    const [routed, news, forum, none] = await Promise.all([
      score(['--json', '大盘涨停']),
      score(['--json', '大盘涨停', '--expert', 'news']),
      score(['--json', '大盘涨停', '--expert', 'forum']),
      score(['--json', '大盘涨停', '--expert', 'rumours']),
    ]);
    const [mixed, ofNews, ofForum] = [routed, news, forum].map(({ stdout }) => JSON.parse(stdout));
    expect(ofNews.experts).toEqual({ news: 1, forum: 0 });
    expect(ofForum.experts).toEqual({ news: 0, forum: 1 });
    expect(new Set([mixed, ofNews, ofForum].map(({ probabilities }) => probabilities.join())).size).toBe(3);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('MT_CONFIG: the model has no expert rumours; it has news, forum');
  });

  it('names the bundle that it cannot read', async () => {
    const { code, stderr } = await score(['--model', join(folder, 'absent'), '涨']);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `error MT_BUNDLE: there is no model bundle: ${join(folder, 'absent', 'model.json')} is missing`,
    );
  });
});
