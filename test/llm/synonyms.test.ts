import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { packagePath } from '../../src/config.js';
import { sameFacts } from '../../src/llm/facts.js';
import { Synonyms } from '../../src/llm/synonyms.js';
import { symbolsOf } from '../../src/text/symbols.js';
import { random } from '../../src/training/random.js';

// Guards: swapping words changes how a text says it, never what: no number, no symbol, no strength, no side.

const groups: Record<string, string[][]> = JSON.parse(
  readFileSync(packagePath('config', 'synonyms.json'), 'utf8'),
);
const words = Object.values(groups).flat(2);

let synonyms: Synonyms;
beforeAll(async () => {
  synonyms = await Synonyms.load();
});

describe('the word list', () => {
  it('has each word once, so on one side', () => {
    expect(Object.values(groups).flat().length).toBeGreaterThan(150);
    expect(new Set(words).size).toBe(words.length);
    expect(words.every((word) => /^\p{Script=Han}{2,}$/u.test(word))).toBe(true);
  });

  it('has no word that makes an amount of the stock code before it', () => {
    expect(words.filter((word) => !symbolsOf([], `600519${word}`).includes('SH600519'))).toEqual([]);
  });

  it.each([
    ['跌停', '下跌'],
    ['涨停', '上涨'],
    ['大涨', '上涨'],
    ['大跌', '下跌'],
    ['利好', '利空'],
    ['增持', '加仓'],
  ])('does not take %s for %s', (word, other) => {
    const group = Object.values(groups)
      .flat()
      .find((candidate) => candidate.includes(word));
    expect(group ?? []).not.toContain(other);
  });
});

describe('reword', () => {
  const swapped = (text: string, seed = 1) => synonyms.reword(text, random(seed));

  it('swaps words for others of their group', () => {
    const text = '今日半导体板块大涨，机构看好后市';
    expect(swapped(text)).not.toBe(text);
    expect(swapped(text)).toMatch(
      /^(今日|今天)半导体(板块|类股)(大涨|飙升|暴涨|猛涨)，机构看好(后市|后续走势)$/,
    );
    expect(swapped('股市大幅上涨')).toMatch(/^股市大幅(走高|攀升)$/);
  });

  it.each([
    ['the end of one word with the start of the next', '公司扩大涨停数量'],
    ['cashtags', '$大涨科技(SH600000)$'],
    ['topics', '#大盘震荡#'],
    ['people', '@看多的散户'],
    ['emoticons', '[大涨]'],
    ['texts without such words', '补仓补的心力憔悴'],
  ])('leaves %s alone', (_what, text) => {
    expect(swapped(text)).toBeUndefined();
  });

  it('changes a text, keeps its numbers and symbols, and does the same with the same seed', () => {
    const codes = [
      '600519',
      'SH600519',
      '0700.HK',
      '$贵州茅台(SH600519)$',
      '3.66亿元',
      '20%',
      '1,234.5',
      '2022年',
    ];
    const parts = fc.array(fc.constantFrom(...words, ...codes, '，', '茅台', '的', ' '), { minLength: 1 });
    fc.assert(
      fc.property(parts, fc.nat(), (some, seed) => {
        const text = some.join('');
        const reworded = swapped(text, seed);
        fc.pre(reworded !== undefined);
        expect(reworded).not.toBe(text);
        expect(sameFacts(text, reworded ?? '')).toBe(true);
        expect(reworded?.match(/[^\p{Script=Han}]+/gu)).toEqual(text.match(/[^\p{Script=Han}]+/gu));
        expect(swapped(text, seed)).toBe(reworded);
      }),
    );
  });
});
