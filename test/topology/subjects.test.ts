import { expect, it } from 'vitest';
import { SCHEMAS } from '../../src/codec/schemas.js';
import { lintTopology } from '../../src/topology/lint.js';
import { subjectsOf } from '../../src/topology/subjects.js';

function subjects(parts: string) {
  const { topology, messages } = lintTopology(`name: t\nlog: { kind: embedded }\n${parts}`);
  if (topology === undefined) throw new Error(JSON.stringify(messages));
  return subjectsOf(topology);
}

it('a scorer registers the scores that it writes as Avro, and reads what may be Avro among its sources', () => {
  const sources = [
    '{ topic: raw.news, domain: news }',
    '{ topic: raw.forum, domain: forum, format: avro }',
    '{ topic: raw.json, domain: forum, format: json }',
  ];
  expect(subjects(`scorer: { format: avro }\nsources: [${sources}]`)).toEqual({
    writes: { 'sentiment.scored-value': SCHEMAS.Sentiment },
    reads: { 'raw.news-value': SCHEMAS.NewsItem, 'raw.forum-value': SCHEMAS.ForumPost },
  });
});

it('a trainer registers the events that it writes as Avro, and reads labels and scores', () => {
  const scored = { 'sentiment.scored-value': SCHEMAS.Sentiment };
  expect(subjects('models: {}\ntrainer: { eventFormat: avro }')).toEqual({
    writes: { 'models-value': SCHEMAS.ModelEvent },
    reads: { ...scored, 'labels-value': SCHEMAS.Label },
  });
  expect(subjects('models: {}\ntrainer: { format: json }')).toEqual({ writes: {}, reads: scored });
});

it('an index registers the rows that it writes as Avro and reads scores; a view only reads', () => {
  const scored = { 'sentiment.scored-value': SCHEMAS.Sentiment };
  const rows = { 'sentiment.index-value': SCHEMAS.SentimentIndex };
  expect(subjects('index: { format: avro }')).toEqual({ writes: rows, reads: scored });
  expect(subjects('index: {}')).toEqual({ writes: {}, reads: scored });
  expect(subjects('view: { kind: embedded }')).toEqual({ writes: {}, reads: { ...scored, ...rows } });
});
