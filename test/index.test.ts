import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadEngine, MoodtapeError } from '../src/index.js';
import { saveTinyBundle } from './fixtures/tiny-bundle.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-index-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('the library scores texts in two lines, each result in the place of its text', async () => {
  await saveTinyBundle(folder);
  const engine = await loadEngine(folder, { device: 'cpu', workers: 1 });
  const [first, empty, long] = await engine.score(['<b>大盘</b>涨停', ' ', '跌'.repeat(500)]);
  await engine.close();
  expect(engine.runtime).toMatch(/^cpu-int8-1x\d+$/);

  expect(first).toMatchObject({ text: '大盘涨停', truncated: false, model: engine.model.version });
  expect(empty).toMatchObject({ code: 'MT_EMPTY_TEXT' });
  expect(long).toMatchObject({ truncated: true });
  if (first === undefined || first instanceof MoodtapeError) throw new Error('no score');
  const [bearish = 0, neutral = 0, bullish = 0] = first.probabilities;
  expect(bearish + neutral + bullish).toBeCloseTo(1, 5);
  expect(first.score).toBeCloseTo(bullish - bearish, 10);
  expect(Object.keys(first.experts)).toEqual(['news', 'forum']);
});

it('names the model that it cannot find', async () => {
  await expect(loadEngine(join(folder, 'absent'))).rejects.toMatchObject({ code: 'MT_BUNDLE' });
});
