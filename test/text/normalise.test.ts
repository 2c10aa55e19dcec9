import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalise } from '../../src/text/normalise.js';

describe('normalise', () => {
  it.each([
    [
      'tags and entities',
      '<p>贵州<em>茅台</em>&nbsp;涨&gt;5%</p><br/>明天&#x7EE7;续',
      '贵州茅台 涨>5% 明天继续',
    ],
    ['a twice-escaped feed', '&amp;lt;b&amp;gt;涨停&amp;lt;/b&amp;gt;', '涨停'],
    ['CDATA', '<![CDATA[央行降准]]>', '央行降准'],
    ['scripts and styles', '利好<script>if (a < b) alert(1)</script><STYLE>p{}</STYLE>出尽', '利好 出尽'],
    ['an unclosed script, of which nothing is lost', '利好<script>还在', '利好 还在'],
    ['a comparison, which is no tag', '市盈率<A股平均>，PE<10', '市盈率<A股平均>,PE<10'],
    ['full-width forms', 'Ａ股　６００５１９，涨１０％！', 'A股 600519,涨10%!'],
    ['control, zero-width and direction marks', '茅\u200b台\u0000涨\u202e停\ufeff了\u00ad', '茅台涨停了'],
    ['whitespace', ' 大盘 \r\n\t 走势\u3000\u00a0强 ', '大盘 走势 强'],
    ['broken surrogates', '涨\ud83d停\udc00', '涨\ufffd停\ufffd'],
    ['addresses', '公告 https://t.cn/A6x?y=1#z，大涨 www.sse.com.cn/a', '公告 ,大涨'],
    ['an address before a repost', '赞http://t.cn/abc//@bob:加仓', '赞'],
    ['leftovers at the end', '董事会决议公告 网页链接', '董事会决议公告'],
    ['several leftovers', '增持计划 查看全文 [查看图片]', '增持计划'],
    ['a repost with words', '完全赞同！//@老王:加仓//@小李 ：减仓', '完全赞同!'],
    ['a repost without words', '转发微博//@老王:回复@小李:加仓了', '加仓了'],
    ['a repost of nothing but a link', 'http://t.cn/abc//@老王: //@小李：减仓', '减仓'],
    ['a reply', '回复@天天上网的人: 回复@b:对的', '对的'],
    ['a wordless repost', '转发微博', ''],
    ['nothing', ' \u200b<br> ', ''],
  ])('reads %s', (_, raw, expected) => {
    expect(normalise(raw)).toBe(expected);
  });

  it('changes nothing the second time', () => {
    const scraps = fc.constantFrom(
      ...[
        '&',
        'amp;',
        '&lt;',
        '<',
        '>',
        'b',
        '/',
        '//@',
        ':',
        '回复@',
        '转发微博',
        '网页链接',
        '网页',
        '链接',
        '查看全文',
      ],
      ...[
        'http://',
        'www.',
        ' ',
        '\u3000',
        '\u200b',
        '\u0301',
        '\u0344',
        '\ud800',
        '＆',
        '＜',
        '<script>',
        '</script>',
      ],
      ...[
        '<![CDATA[',
        ']]>',
        '<!--',
        '-->',
        '#38;',
        '全文',
        '...',
        '[',
        '茅台',
        'e',
        '\u1100',
        '\u1161',
        '\u0085',
      ],
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(scraps, { maxLength: 24 }).map((parts) => parts.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          const once = normalise(text);
          expect(normalise(once)).toBe(once);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('changes nothing the second time where an address made the text no tag', () => {
    expect(normalise('<stylewww.-->跌')).toBe('跌');
    expect(normalise('<b网页链接>跌')).toBe('跌');
  });

  it('leaves no markup, control character or repost mark behind', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(normalise(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Surrogate}]|^\s|\s$|\s\s/u);
      }),
    );
  });

  // Each of these took minutes, or would take them, with a pattern that starts again at every character.
  it.each([
    '<',
    '<a',
    '<a ',
    '<!--',
    '<script>',
    '&amp;',
    '&',
    'amp;',
    '网页链接 ',
    '查看全文',
    '//@',
    '//@a:',
    '回复@a:',
    'http://',
    ' ',
    '\u0301\u0316',
    '\u200b',
    '茅台',
  ])('reads a megabyte of %j', (scrap) => {
    const text = `&${scrap.repeat(Math.ceil(1_000_000 / scrap.length))}x`;
    expect(normalise(text).length).toBeLessThanOrEqual(text.length);
  });
});
