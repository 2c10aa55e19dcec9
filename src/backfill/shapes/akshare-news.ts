import type { Shape } from './shape.js';

/** News as akshare writes them: `stock_news_em`, `stock_info_global_{em,futu,ths,sina}`, `stock_news_main_cx`, `news_cctv`. */
export const akshareNews: Shape = {
  name: 'akshare-news',
  knownBy: [
    ['新闻标题', '新闻内容'],
    ['标题', '摘要', '发布时间', '链接'],
    ['标题', '内容', '发布时间', '链接'],
    ['时间', '内容'],
    ['tag', 'summary', 'url'],
    ['date', 'title', 'content'],
  ],
  columns: {
    id: ['新闻链接', '链接', 'url'],
    title: ['新闻标题', '标题', 'title'],
    text: ['新闻内容', '内容', '摘要', 'summary', 'content'],
    publishedAt: ['发布时间', '时间', 'pub_time', 'date'],
    symbols: ['关键词'],
  },
  domain: () => 'news',
  // A keyword may be the name of a stock, or any word.
  symbol: /\d{5,6}/,
};
