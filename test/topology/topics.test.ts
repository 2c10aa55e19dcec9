import { expect, it } from 'vitest';
import { lintTopology } from '../../src/topology/lint.js';
import { topicsOf } from '../../src/topology/topics.js';

it('creates the same topics of moodtape whatever part of the flow runs first', () => {
  const topics = (parts: string) => {
    const { topology, messages } = lintTopology(`name: x\nlog: { kind: kafka, retention: 7d }\n${parts}`);
    if (topology === undefined) throw new Error(JSON.stringify(messages));
    return topicsOf(topology);
  };
  const retentionMs = 7 * 86_400_000;
  const own = [
    { name: 'sentiment.scored', partitions: 3, retentionMs },
    { name: 'sentiment.dead-letters', partitions: 1, retentionMs },
    { name: 'sentiment.index', partitions: 1, retentionMs },
  ];
  expect(topics('view: { kind: redis }')).toEqual(own);
  const sources = '[{ topic: raw.news, domain: news }, { topic: raw.forum, domain: forum, partitions: 12 }]';
  expect(topics(`scorer: {}\nsources: ${sources}`)).toEqual([
    { name: 'raw.news', partitions: 3, retentionMs },
    { name: 'raw.forum', partitions: 12, retentionMs },
    ...own,
  ]);
  expect(topics('models: {}\ntrainer: {}')).toEqual([
    ...own,
    { name: 'labels', partitions: 3, retentionMs },
    { name: 'models', partitions: 1 },
  ]);
});
