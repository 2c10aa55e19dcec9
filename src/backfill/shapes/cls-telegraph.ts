import type { Shape } from './shape.js';

/** 财联社电报: as its site hands them out (`ctime` in unix seconds), and as akshare writes them. */
export const clsTelegraph: Shape = {
  name: 'cls-telegraph',
  knownBy: [
    ['ctime', 'content'],
    ['标题', '内容', '发布日期', '发布时间'],
  ],
  columns: {
    id: ['id'],
    title: ['title', '标题'],
    text: ['content', '内容'],
    publishedAt: ['ctime', ['发布日期', '发布时间']],
    symbols: ['stock_list'],
  },
  domain: () => 'news',
};
