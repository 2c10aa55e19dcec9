import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LintOptions, lintTopology } from '../../src/topology/lint.js';

const RIGHT = `name: demo
log:
  kind: embedded
sources:
  - topic: raw.news
    domain: news
scorer: {}
`;

/** `line:column field: message` of every problem, behind the name of the file where it is not the topology's. */
function problems(text: string, options?: LintOptions): string[] {
  return lintTopology(text, options).messages.map(
    ({ file, line, column, field, message }) =>
      `${file === undefined ? '' : `${file}:`}${line}:${column} ${field}: ${message}`,
  );
}

describe('lintTopology', () => {
  it('accepts a right file and fills in the defaults', () => {
    const { topology, messages } = lintTopology(RIGHT);
    expect(messages).toEqual([]);
    expect(topology?.log).toMatchObject({ path: '.moodtape/log', partitions: 1 });
    expect(topology?.sources[0]?.format).toBe('auto');
    expect(topology?.scorer).toMatchObject({ group: 'moodtape', maxTexts: 64 });
  });

  it('reads durations as milliseconds', () => {
    expect(lintTopology(`${RIGHT}index:\n  lateness: 2m\n`).topology?.index?.lateness).toBe(120_000);
  });

  it('names every wrong field at its place in the file, all at once', () => {
    const text = `name: Demo
log:
  kind: rabbit
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
        "3:9 log.kind: Expected 'embedded' | 'kafka'",
        "5:12 sources[0].topic: expected a topic name: letters, digits, dot, underscore, hyphen",
        "6:13 sources[0].domain: expected one of "news"|"forum"",
        "7:5 sources[0].formt: there is no such field",
        "8:5 sources[1].topic: missing: expected string",
        "10:12 scorer.workers: expected number to be >=0",
        "11:11 scorer.device: expected one of "auto"|"cpu"|"cuda"|"webgpu"",
        "12:10 scorer.cache: expected number",
        "14:17 index.windows[1]: expected one of "1m"|"5m"|"1h"|"1d"",
        "15:1 colour: there is no such field",
      ]
    `);
  });

  it('wants a view beside a dashboard, and a token where others can ask', () => {
    const view = `${RIGHT}view: { kind: embedded }\n`;
    const token = { MOODTAPE_DASHBOARD_TOKEN: 'a-token-of-thirty-two-characters' };
    expect(problems(`${RIGHT}dashboard: {}\n`)).toEqual([
      '8:1 dashboard: expected a view beside it, which it reads',
    ]);
    expect(problems(`${view}dashboard: {}\n`)).toEqual([]);
    expect(problems(`${view}dashboard: { host: 0.0.0.0 }\n`)).toEqual([
      '9:1 dashboard.token: expected a token where others than this machine can ask',
    ]);
    expect(problems(`${view}dashboard: { host: 0.0.0.0 }\n`, { variables: token })).toEqual([]);
    expect(problems(`${view}dashboard: { host: '::1' }\n`)).toEqual([]);
    const short = problems(`${view}dashboard: { token: secret-token }\n`);
    expect(short).toHaveLength(1);
    expect(short[0]).not.toContain('secret-token');
  });

  it('points at the parent of what is missing', () => {
    expect(problems('name: demo\nsources:\n  - topic: a\n')).toMatchInlineSnapshot(`
      [
        "1:1 log: missing: expected object",
        "2:1 sources: expected a scorer beside them",
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
        "4:33 feeds[0].topic: no source reads raw.nwes",
        "5:1 sources: expected a scorer beside them",
        "7:14 sources[1].topic: another source already reads raw.news",
      ]
    `);
  });

  it('finds what is wrong around a trainer', () => {
    const text = `name: sidecar
log: { kind: embedded }
feeds:
  - { file: labels.ndjson, topic: labels }
trainer: { topic: models, group: moodtape-view }
view: { kind: embedded }
`;
    expect(problems(text)).toMatchInlineSnapshot(`
      [
        "4:35 feeds[0].topic: no source reads labels",
        "5:1 trainer: expected models beside it, where its versions go",
        "5:19 trainer.topic: moodtape itself writes this topic",
        "5:34 trainer.group: another part already has the group moodtape-view",
      ]
    `);
    const twice = 'sources: [{ topic: labels, domain: forum }]\nscorer: {}\nmodels: {}\ntrainer: {}\n';
    expect(problems(`name: sidecar\nlog: { kind: embedded }\n${twice}`)).toMatchInlineSnapshot(`
      [
        "6:1 trainer.topic: a source already reads labels",
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

  it('finds what is wrong between components also where some fields are wrong by themselves', () => {
    const text = `name: Demo
log: { kind: embedded, retention: soon }
feeds:
  - { file: news.ndjson, topic: raw.nwes, rate: fast }
sources:
  - { topic: raw.news, domain: weather }
  - { topic: raw.news, domain: news }
  - { topic: sentiment.scored, domain: news }
scorer: { workers: -1, group: readers }
index: { group: readers }
view: { kind: embedded, group: moodtape-index }
`;
    expect(problems(text)).toMatchInlineSnapshot(`
      [
        "1:7 name: expected a name: small letters, digits, hyphen",
        "2:35 log.retention: expected a duration such as 500ms, 30s, 5m, 1h or 1d",
        "4:33 feeds[0].topic: no source reads raw.nwes",
        "4:49 feeds[0].rate: expected number",
        "6:32 sources[0].domain: expected one of "news"|"forum"",
        "7:14 sources[1].topic: another source already reads raw.news",
        "8:14 sources[2].topic: moodtape itself writes this topic",
        "9:20 scorer.workers: expected number to be >=0",
        "10:17 index.group: another part already has the group readers",
      ]
    `);
  });

  it('checks a Kafka log, a registry and a Redis view as wholes', () => {
    const text = `name: demo
log:
  kind: kafka
  brokers: [kafka-1]
  compression: brotli
registry:
  url: registry:8081
view:
  kind: redis
  url: http://localhost
  prefix: "a b"
`;
    expect(problems(text)).toMatchInlineSnapshot(`
      [
        "4:13 log.brokers[0]: expected host:port",
        "5:16 log.compression: expected one of "none"|"gzip"|"snappy"|"lz4"|"zstd"",
        "7:8 registry.url: expected a URL that begins with http:// or https://",
        "10:8 view.url: expected a URL that begins with redis:// or rediss://",
        "11:11 view.prefix: expected letters, digits, dot, underscore, hyphen",
      ]
    `);
    const halves = `name: demo
log: { kind: kafka, username: me, certFile: client.pem }
registry: { url: "http://localhost:8081", password: x }
view: { kind: redis }
`;
    expect(problems(halves)).toMatchInlineSnapshot(`
      [
        "2:1 log.tls: expected true beside certificates",
        "2:31 log.username: expected username and password, or neither",
        "2:45 log.certFile: expected certFile and keyFile, or neither",
        "3:1 registry.username: expected username and password, or neither",
      ]
    `);
  });

  it('names files that are not there', () => {
    const text = `name: demo
log: { kind: kafka, tls: true, caFile: certificates/none.pem }
feeds:
  - file: demo/feed/news.ndjson
    topic: raw.news
  - file: demo/feed/nwes.ndjson
    topic: raw.news
sources: [{ topic: raw.news, domain: news }]
scorer:
  model: models/none
  names: demo/none.csv
`;
    expect(problems(text, { files: true })).toMatchInlineSnapshot(`
      [
        "2:40 log.caFile: there is no such file or folder",
        "6:11 feeds[1].file: there is no such file or folder",
        "10:10 scorer.model: there is no such file or folder",
        "11:10 scorer.names: there is no such file or folder",
      ]
    `);
    expect(problems(text)).toEqual([]);
  });
});

describe('the layers of a topology', () => {
  const KAFKA = `name: demo
log: { kind: kafka, partitions: 6 }
view: { kind: redis }
`;
  const layered = (profile: string, variables = {}, text = KAFKA) =>
    lintTopology(text, { profile: { file: 'profile.yaml', text: profile }, variables });

  it('are defaults, the profile, the file and the environment, the later the stronger', () => {
    const profile =
      'log: { kind: kafka, partitions: 12, replication: 3, clientId: desk, brokers: ["profile:1"] }';
    const { topology, messages } = layered(profile, {
      MOODTAPE_KAFKA_BROKERS: 'kafka-1:9092, kafka-2:9092',
      MOODTAPE_KAFKA_TLS: 'true',
    });
    expect(messages).toEqual([]);
    expect(topology?.log).toMatchObject({
      compression: 'lz4',
      replication: 3,
      clientId: 'desk',
      partitions: 6,
      brokers: ['kafka-1:9092', 'kafka-2:9092'],
      tls: true,
    });
  });

  it('add what stands around a flow, and nothing to the flow itself', () => {
    const profile = 'metrics: { port: 9000 }\nindex: { lateness: 1h }\nview: { kind: redis, prefix: mine }\n';
    const { topology } = layered(profile, {
      MOODTAPE_REGISTRY_URL: 'http://registry:8081',
      MOODTAPE_MODEL: 'mine',
    });
    expect(topology?.metrics?.port).toBe(9000);
    expect(topology?.registry?.url).toBe('http://registry:8081');
    expect(topology?.index).toBeUndefined();
    expect(topology?.scorer).toBeUndefined();
    expect(topology?.view).toMatchObject({ prefix: 'mine' });
  });

  it('leave a component of another kind alone', () => {
    const { topology } = layered(
      'log: { kind: embedded, path: elsewhere }\nview: { kind: embedded, path: x }',
      {
        MOODTAPE_REDIS_URL: '',
      },
    );
    expect(topology).toMatchObject({ log: { kind: 'kafka' }, view: { kind: 'redis', prefix: 'moodtape' } });
  });

  it('are each named where they are wrong', () => {
    const options = {
      profile: {
        file: 'profile.yaml',
        text: 'log:\n  kind: kafka\n  replication: none\n  colour: red\nname: x\n',
      },
      variables: {
        MOODTAPE_KAFKA_BROKERS: 'localhost',
        MOODTAPE_METRICS_PORT: 'many',
        MOODTAPE_KAFKA_TLS: 'yes',
      },
    };
    expect(problems('name: demo\nlog:\n  kind: kafka\nindex: {}\n', options)).toMatchInlineSnapshot(`
      [
        "1:1 metrics.port: expected number (in MOODTAPE_METRICS_PORT)",
        "2:1 log.brokers[0]: expected host:port (in MOODTAPE_KAFKA_BROKERS)",
        "2:1 log.tls: expected boolean (in MOODTAPE_KAFKA_TLS)",
        "profile.yaml:3:16 log.replication: expected number",
        "profile.yaml:4:3 log.colour: there is no such field",
        "profile.yaml:5:1 name: a profile cannot set this",
      ]
    `);
    expect(problems(KAFKA, { profile: { file: 'p.yaml', text: 'log: [' } })).toMatchInlineSnapshot(`
      [
        "p.yaml:1:7 : Flow sequence in block collection must be sufficiently indented and end with a ]",
      ]
    `);
    expect(problems(KAFKA, { profile: { file: 'p.yaml', text: 'log' } })).toMatchInlineSnapshot(`
      [
        "p.yaml:1:1 : expected the sections of a topology",
      ]
    `);
  });
});

describe('secrets', () => {
  it('stand in no message, whatever is wrong with them or beside them', () => {
    const secret = 'hunter2';
    const wrong = fc.constantFrom(
      `${secret}`,
      `[${secret}]`,
      `{ ${secret}: 1 }`,
      `*${secret}`,
      `!${secret} x`,
      `"${secret}`,
      `"x" ${secret}`,
      `|${secret}\n`,
      `@${secret}`,
      `%${secret}`,
      `& ${secret}: x`,
      `http://me:${secret}@ho st`,
      `${secret}: ${secret}: ${secret}`,
    );
    fc.assert(
      fc.property(wrong, wrong, wrong, (password, url, redis) => {
        const text = `name: 7
log: { kind: kafka }
registry:
  url: ${url}
  password: ${password}
view:
  kind: redis
  url: ${redis}
`;
        const said = problems(text, {
          variables: { MOODTAPE_KAFKA_PASSWORD: secret, MOODTAPE_REDIS_URL: `x${secret}` },
        });
        expect(said.length).toBeGreaterThan(0);
        // The name of a field that there is not is no secret.
        expect(said.filter((message) => !message.includes('no such field')).join('\n')).not.toContain(secret);
      }),
    );
  });
});
