import { describe, expect, it } from 'vitest';
import { lintTopology } from '../../src/topology/lint.js';

const RIGHT = `name: demo
log:
  kind: embedded
sources:
  - topic: raw.news
    domain: news
scorer: {}
`;

/** `line:column field: message` of every problem. */
function problems(text: string): string[] {
  return lintTopology(text).messages.map(
    ({ line, column, field, message }) => `${line}:${column} ${field}: ${message}`,
  );
}

describe('lintTopology', () => {
  it('accepts a right file and fills in the defaults', () => {
    const { topology, messages } = lintTopology(RIGHT);
    expect(messages).toEqual([]);
    expect(topology?.log.path).toBe('.moodtape/log');
    expect(topology?.sources[0]?.format).toBe('auto');
    expect(topology?.scorer).toMatchObject({ group: 'moodtape', maxTexts: 64 });
  });

  it('reads durations as milliseconds', () => {
    expect(lintTopology(`${RIGHT}index:\n  lateness: 2m\n`).topology?.index?.lateness).toBe(120_000);
  });

  it('names every wrong field at its place in the file, all at once', () => {
    const text = `name: Demo
log:
  kind: kafka
sources:
  - topic: raw news
    domain: weather
    formt: json
  - domain: forum
scorer:
  workers: -1
  device: gpu
  cache: lots
index:
  windows: [1m, 2m]
colour: red
`;
    expect(problems(text)).toMatchInlineSnapshot(`
      [
        "1:7 name: expected a name: small letters, digits, hyphen",
        "3:9 log.kind: Expected 'embedded'",
        "5:12 sources[0].topic: expected a topic name: letters, digits, dot, underscore, hyphen",
        "6:13 sources[0].domain: expected one of "news"|"forum"",
        "7:5 sources[0].formt: there is no such field",
        "8:5 sources[1].topic: missing: expected string",
        "10:12 scorer.workers: expected number to be >=0",
        "11:11 scorer.device: expected one of "auto"|"cpu"",
        "12:10 scorer.cache: expected number",
        "14:17 index.windows[1]: expected one of "1m"|"5m"|"1h"|"1d"",
        "15:1 colour: there is no such field",
      ]
    `);
  });

  it('points at the parent of what is missing', () => {
    expect(problems('name: demo\nsources:\n  - topic: a\n')).toMatchInlineSnapshot(`
      [
        "1:1 log: missing: expected object",
        "3:5 sources[0].domain: missing: expected one of "news"|"forum"",
      ]
    `);
  });

  it('finds what is wrong between components', () => {
    const text = `name: demo
log: { kind: embedded }
feeds:
  - { file: news.ndjson, topic: raw.nwes }
sources:
  - { topic: raw.news, domain: news }
  - { topic: raw.news, domain: forum }
`;
    expect(problems(text)).toMatchInlineSnapshot(`
      [
        "1:1 : nothing to run: give a scorer, an index or a view",
        "4:33 feeds[0].topic: no source reads raw.nwes",
        "5:1 sources: expected a scorer beside them",
        "7:14 sources[1].topic: another source already reads raw.news",
      ]
    `);
  });

  it('reports broken YAML, doubled keys, an empty file and a file that is no mapping', () => {
    expect(problems('name: [demo\nlog: {')).toMatchInlineSnapshot(`
      [
        "2:1 : Flow sequence in block collection must be sufficiently indented and end with a ]",
        "2:7 : Flow map in block collection must be sufficiently indented and end with a }",
      ]
    `);
    expect(problems(`${RIGHT}name: again\n`)).toMatchInlineSnapshot(`
      [
        "8:1 : Map keys must be unique",
      ]
    `);
    expect(problems('')).toMatchInlineSnapshot(`
      [
        "1:1 : expected object",
      ]
    `);
    expect(problems('- demo\n')).toMatchInlineSnapshot(`
      [
        "1:1 : expected object",
      ]
    `);
  });

  it('survives a file that expands without bound', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
      .concat(
        [...'bcdefg'].map((key, i) => `${key}: &${key} [${Array(10).fill(`*${'abcdef'[i]}`).join(', ')}]`),
      )
      .join('\n');
    expect(problems(bomb)).toMatchInlineSnapshot(`
      [
        "1:1 : Excessive alias count indicates a resource exhaustion attack",
      ]
    `);
  });
});
