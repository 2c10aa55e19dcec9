import type { Shape } from './shape.js';

/**
 * 东方财富股吧: as its site hands posts out, and as crawlers write them. The times of lists (`更新时间`, 01-05 09:30) lack the
 * year, so only times of posts are read.
 */
export const eastmoneyGuba: Shape = {
  name: 'eastmoney-guba',
  knownBy: [['post_id', 'post_title'], ['帖子标题'], ['标题', '阅读', '评论'], ['标题', '阅读数', '评论数']],
  columns: {
    id: ['post_id', '帖子ID', '帖子id', '帖子链接', '链接'],
    title: ['post_title', '帖子标题', '标题'],
    text: ['post_content', '帖子内容', '内容', '正文', 'post_title', '帖子标题', '标题'],
    publishedAt: ['post_publish_time', '发帖时间', '发布时间'],
    symbols: ['stockbar_code', '股票代码', '代码'],
  },
  domain: () => 'forum',
  // Bars of topics have names of letters, such as cjpl, and are no stocks.
  symbol: /\d{5,6}/,
};
