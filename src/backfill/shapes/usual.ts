import type { Shape } from './shape.js';

/** A file of no known shape: what its columns are is told by the names that such columns often have. */
export const usual: Shape = {
  name: 'usual',
  knownBy: [],
  columns: {
    id: ['id', 'ID', 'Id', 'doc_id', 'docid', 'news_id', 'post_id', 'mid', '编号', '序号'],
    title: ['title', 'Title', 'headline', '标题'],
    text: [
      'text',
      'content',
      'body',
      'Text',
      'Content',
      '内容',
      '正文',
      '文本',
      'title',
      'Title',
      'headline',
      '标题',
    ],
    publishedAt: [
      'publishedAt',
      'published_at',
      'publish_time',
      'pub_time',
      'datetime',
      'date',
      '发布时间',
      '发布日期',
    ],
    symbols: ['symbols', 'symbol', '股票代码'],
    domain: ['domain'],
  },
};
