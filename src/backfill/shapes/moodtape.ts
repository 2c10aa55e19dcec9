import type { Shape } from './shape.js';

/** Our own records: `schemas/NewsItem.avsc` and `schemas/ForumPost.avsc`, as JSON or in a table. */
export const moodtape: Shape = {
  name: 'moodtape',
  knownBy: [['id', 'text', 'publishedAt']],
  columns: {
    id: ['id'],
    title: ['title'],
    text: ['text'],
    publishedAt: ['publishedAt'],
    symbols: ['symbols', ['symbol', 'board'], 'symbol', 'board'],
    domain: ['domain'],
  },
};
