import { describe, expect, it, vi } from 'vitest';
import { MoodtapeError } from '../src/errors.js';
import { ScoreCache } from '../src/inference/score-cache.js';
import { scoreTexts } from '../src/score-texts.js';
import { StubEngine } from './flow/stub-engine.js';

describe('scoreTexts', () => {
  it('reads equal texts once, whatever stands around them, and answers each in its place', async () => {
    const engine = new StubEngine();
    const texts = ['涨停', ' ', '跌', '<b>涨停</b>', '涨停'];
    const [first, empty, other, marked, last] = await scoreTexts(engine, texts);
    expect(engine.batches.flat().toSorted()).toEqual(['涨停', '跌'].toSorted());
    expect(first).toMatchObject({ text: '涨停' });
    expect([marked, last]).toEqual([first, first]);
    expect(other).toMatchObject({ text: '跌' });
    expect(empty).toMatchObject({ code: 'MT_EMPTY_TEXT' });
  });

  it('lets the model begin before all of many texts are tokenised', async () => {
    const seen: number[] = [];
    const engine = new StubEngine({ before: async () => void seen.push(tokenise.mock.calls.length) });
    const tokenise = vi.spyOn(engine, 'tokenise');
    const texts = Array.from({ length: 2000 }, (_, n) => `第${n}条`);
    const results = await scoreTexts(engine, texts);
    expect(results.map((result) => 'text' in result && result.text)).toEqual(texts);
    expect(seen[0]).toBeLessThan(texts.length / 2);
  });

  it('does not read again what a cache knows, but what the model failed on', async () => {
    let failing = true;
    const engine = new StubEngine({ poison: (text) => failing && text === '毒' });
    const cache = new ScoreCache(10);
    const [known, failed] = await scoreTexts(engine, ['涨停', '毒'], cache);
    expect(failed).toBeInstanceOf(MoodtapeError);
    failing = false;
    engine.batches.length = 0;
    const again = await scoreTexts(engine, ['毒', '涨停'], cache);
    expect(engine.batches).toEqual([['毒']]);
    expect(again[0]).toMatchObject({ text: '毒' });
    expect(again[1]).toEqual(known);
  });
});
