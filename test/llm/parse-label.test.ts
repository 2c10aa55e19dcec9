import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLabel } from '../../src/llm/parse-label.js';

// Guards: an answer counts only when it names one label, however a model dresses it up.

const MARKET = ['利空', '中性', '利好'];
const STARS = ['very_negative', 'negative', 'neutral', 'positive', 'very_positive'];

describe('parseLabel', () => {
  it.each([
    ['利好', MARKET, 2],
    ['“利空”。', MARKET, 0],
    ['标签：中性', MARKET, 1],
    ['**标签：** 2', MARKET, 2],
    ['2 利好', MARKET, 2],
    ['(1)', MARKET, 1],
    ['{"标签": "利空", "理由": "业绩下滑"}', MARKET, 0],
    ['```json\n{"label": 2}\n```', MARKET, 2],
    ['<think>利空？还是利好？</think>\n\n利好', MARKET, 2],
    ['先想一想，利空。</think>中性', MARKET, 1],
    ['Very Negative.', STARS, 0],
    ['Category: very_positive', STARS, 4],
    ['{"sentiment":"NEUTRAL"}', STARS, 2],
    ['1. negative', STARS, 1],
    ['2', ['1', '2', '3'], 1],
  ])('reads %j', (answer, labels, label) => {
    expect(parseLabel(answer, labels)).toBe(label);
  });

  it.each([
    [''],
    ['利好还是利空'],
    ['不是利好'],
    ['这条新闻是利好'],
    ['3'],
    ['-'],
    ['0 利好'],
    ['<think>利好'],
    ['{"reason": "利好"}'],
    ['{"label": ["利好"]}'],
    ['I cannot judge that.'],
  ])('takes %j for no answer', (answer) => {
    expect(parseLabel(answer, MARKET)).toBeUndefined();
  });

  it('reads every label in its own words and by its number', () => {
    const ends = fc.stringMatching(/^[ .,;:!"'。，*\n]*$/);
    fc.assert(
      fc.property(fc.constantFrom(MARKET, STARS), fc.nat(4), ends, ends, (labels, n, before, after) => {
        const label = n % labels.length;
        expect(parseLabel(`${before}${labels[label]}${after}`, labels)).toBe(label);
        expect(parseLabel(`${before}${label}${after}`, labels)).toBe(label);
      }),
    );
  });

  it('never fails, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (answer) => {
        expect([undefined, 0, 1, 2]).toContain(parseLabel(answer, MARKET));
      }),
    );
  });
});
