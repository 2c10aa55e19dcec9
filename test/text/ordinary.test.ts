import { describe, expect, it } from 'vitest';
import { isOrdinary } from '../../src/text/ordinary.js';

const ordinary = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(isOrdinary);

describe('isOrdinary', () => {
  it('is true of texts as they usually are', () => {
    expect(isOrdinary('高盟新材今日20%涨停，主力“资金”净流入3.66亿元……《公告》')).toBe(true);
  });

  it.each(['\u200B', '\u0301', '😀', '\uD83D', '\n', '\u202E', '\uFEFF'])('is false of %j', (character) => {
    expect(isOrdinary(`涨${character}停`)).toBe(false);
  });

  it('is true of no mark, surrogate, control or format character', () => {
    expect(ordinary.filter((character) => /[\p{M}\p{Cs}\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(character))).toEqual(
      [],
    );
    expect(ordinary.filter((character) => /\p{Default_Ignorable_Code_Point}/u.test(character))).toEqual([]);
  });

  it('is true of graphemes of one character alone', () => {
    const segmenter = new Intl.Segmenter();
    for (const character of ordinary) {
      expect(Array.from(segmenter.segment(`涨${character}a${character}`))).toHaveLength(4);
    }
  });
});
