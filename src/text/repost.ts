/** `//@用户:` stands before each text that was passed on. */
const PASSED_ON = /\/\/@[^\s:@/]{1,40} ?:/;
const REPLY = /^(?:回复 ?@[^\s:@/]{1,40} ?: ?)+/;
const LEFTOVERS = [
  '[点击查看原文]',
  '点击查看原文',
  '查看原文',
  '阅读全文',
  '查看全文',
  '展开全文',
  '收起全文',
  '...全文',
  '[查看图片]',
  '查看图片',
  '展开c',
];
/** What the site writes when the author passes a text on without a word. */
const WORDLESS = new Set(['转发微博', '转发微博。', '轉發微博', '转发', 'Repost']);

/**
 * The author's own words in a plain text from Weibo, Guba or Xueqiu; where the author added nothing, the words of the
 * last one before who did. What the site adds at the end (查看全文) is dropped.
 */
export function ownWords(text: string): string {
  for (const passage of text.split(PASSED_ON)) {
    const words = wordsOf(passage);
    if (words !== '') return words;
  }
  return '';
}

function wordsOf(passage: string): string {
  let words = passage.trim().replace(REPLY, '');
  for (let end = leftoverAt(words); end !== undefined; end = leftoverAt(words)) {
    words = words.slice(0, -end.length).trimEnd();
  }
  return WORDLESS.has(words) ? '' : words;
}

function leftoverAt(words: string): string | undefined {
  return LEFTOVERS.find((leftover) => words.endsWith(leftover));
}
