import { describe, expect, it } from 'vitest';
import { drawTopology, mermaidTopology } from '../../src/topology/draw.js';
import { lintTopology } from '../../src/topology/lint.js';
import type { Topology } from '../../src/topology/topology.js';

function topology(text: string): Topology {
  const result = lintTopology(text);
  if (result.topology === undefined) throw new Error(JSON.stringify(result.messages));
  return result.topology;
}

const FULL = topology(`name: full
log: { kind: embedded }
feeds: [{ file: news.ndjson, topic: raw.news }]
sources: [{ topic: raw.news, domain: news }, { topic: raw.forum, domain: forum, format: avro }]
scorer: {}
index: { windows: [1m] }
view: { kind: embedded }
`);

describe('drawTopology', () => {
  it('draws inputs, scorer and all that follows', () => {
    expect(drawTopology(FULL)).toMatchInlineSnapshot(`
      "full (log: embedded .moodtape/log)

      feed news.ndjson ─▶ raw.news (news) ─┐
      raw.forum (forum, avro)             ─┤
      ┌────────────────────────────────────┘
      ▼
      scorer (models/default, at most 64 texts a batch)
      ├─▶ sentiment.scored
      │   ├─▶ index (1m)
      │   │   └─▶ sentiment.index
      │   │       └─▶ view (embedded .moodtape/view)
      │   └─▶ view (embedded .moodtape/view)
      └─▶ sentiment.dead-letters"
    `);
  });

  it('draws a topology that only fills a view', () => {
    const text = drawTopology(topology('name: view\nlog: { kind: embedded }\nview: { kind: embedded }\n'));
    expect(text).toMatchInlineSnapshot(`
      "view (log: embedded .moodtape/log)

      sentiment.scored
      └─▶ view (embedded .moodtape/view)"
    `);
  });
});

it('draws the way of the labels beside that of the scores', () => {
  const text = `name: sidecar
log: { kind: embedded }
feeds: [{ file: labels.ndjson, topic: labels }]
models: {}
trainer: { labels: 500 }
`;
  expect(drawTopology(topology(text))).toMatchInlineSnapshot(`
    "sidecar (log: embedded .moodtape/log)

    sentiment.scored
    └─▶ trainer (compares the live version with the one before)

    feed labels.ndjson
    └─▶ labels
        └─▶ trainer (.moodtape/models, a refit after 500 labels)
            ├─▶ models
            └─▶ sentiment.dead-letters"
  `);
});

describe('mermaidTopology', () => {
  it('joins only nodes that it declares', () => {
    const text = mermaidTopology(FULL);
    const declared = new Set([...text.matchAll(/^ {2}(n\d+)\[/gm)].map(([, id]) => id));
    const used = [...text.matchAll(/^ {2}(n\d+) --> (n\d+)$/gm)].flatMap(([, from, to]) => [from, to]);
    expect(used.length).toBe(18);
    expect(used.filter((id) => !declared.has(id))).toEqual([]);
  });
});
