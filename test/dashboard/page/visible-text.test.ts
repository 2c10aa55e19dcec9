import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visibleText } from '../../../src/dashboard/page/visible-text.js';

describe('a stranger’s text as it is shown', () => {
  it.each([
    ['涨停\u202e板', '涨停[U+202E]板'],
    ['零\u200b宽', '零[U+200B]宽'],
    ['a\u200db', 'a[U+200D]b'],
    ['\u0000\u001b[31m', '[U+0000][U+001B][31m'],
    ['空\u3164白', '空[U+3164]白'],
    ['\u{e0041}标签', '[U+E0041]标签'],
  ])('names what is hidden in %j', (text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  it.each([
    '一行\n两行\t三',
    '😮\u200d💨',
    '👨🏽\u200d🚀 ❤\ufe0f\u200d🔥',
    'السوق مرتفع',
    '<b>&amp;</b>',
    'é ñ 가',
  ])('leaves %j as it is', (text) => {
    expect(visibleText(text)).toBe(text);
  });

  it('never has a character that turns the direction, nor a control', () => {
    const unit = fc.constantFrom(...'a涨😮👨\u200d\ufe0f\u202e\u2066\u200b\u200f\ufeff\u0000\u0085\n');
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        expect(visibleText(text)).not.toMatch(
          /[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\ufeff]|[^\P{Cc}\t\n\r]/u,
        );
      }),
    );
  });
});
