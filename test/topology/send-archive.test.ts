import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, Subject } from 'rxjs';
import { afterAll, expect, it } from 'vitest';
import { openArchive } from '../../src/backfill/archive.js';
import { findSources } from '../../src/backfill/inputs.js';
import { originOf } from '../../src/backfill/journal.js';
import { rejectedPath } from '../../src/backfill/ledger.js';
import { stubEngine } from '../../src/bench/stub.js';
import { rawCodec, sentimentCodec } from '../../src/codec/codecs.js';
import { scorer } from '../../src/flow/scorer.js';
import { lintTopology } from '../../src/topology/lint.js';
import { sendArchive } from '../../src/topology/send-archive.js';
import { DEAD_LETTERS, SCORED, topicsOf } from '../../src/topology/topics.js';
import { openEmbeddedTransport } from '../../src/transport/embedded/transport.js';
import type { Transport } from '../../src/transport/transport.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-send-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SOURCES = `sources:
  - { topic: raw.news, domain: news }
  - { topic: archive.news, domain: news, priority: backfill, partitions: 2 }
  - { topic: archive.forum, domain: forum, priority: backfill }`;
const topologyOf = (sources: string) => {
  const { topology } = lintTopology(`name: trial\nlog: { kind: embedded }\n${sources}\nscorer: {}`);
  if (topology === undefined) throw new Error('not a topology');
  return topology;
};
const TOPOLOGY = topologyOf(SOURCES);

const ROWS = 3000;
const input = join(folder, 'archive.ndjson');
const line = (i: number) => ({
  id: `a${i}`,
  text: `涨${i}`,
  publishedAt: 1_772_414_104 + i,
  symbols: ['600519'],
});
const lines = Array.from({ length: ROWS }, (_, i) =>
  JSON.stringify({ ...line(i), domain: i % 3 ? 'news' : 'forum' }),
);
// One row that nothing says the time of, and one that is no JSON.
writeFileSync(input, `${lines.join('\n')}\n{"id":"x","text":"跌","publishedAt":null}\n{"id"\n`);

/** Sends the archive while a scorer works. */
async function send(transport: Transport, journals: string) {
  const sources = await findSources([input]);
  const reading = { columns: {}, domain: 'news' } as const;
  await transport.ensureTopics(topicsOf(TOPOLOGY));
  const drain = new Subject<void>();
  const scoring = scorer({
    transport,
    engine: stubEngine,
    inputs: TOPOLOGY.sources.map(({ topic, domain, priority }) => ({
      topic,
      domain,
      priority,
      codec: rawCodec(domain, 'json'),
    })),
    outputs: { scored: SCORED, deadLetters: DEAD_LETTERS, codec: sentimentCodec('json') },
    group: 'moodtape',
    drain,
  });
  const ended = lastValueFrom(scoring, { defaultValue: undefined });
  const { counts, base } = await sendArchive({
    archive: openArchive(sources, reading),
    topology: TOPOLOGY,
    transport,
    origin: originOf(sources, reading, { version: TOPOLOGY.name }),
    folder: journals,
    startOver: false,
    onProgress: () => {},
  });
  drain.next();
  await ended;
  return { counts, base };
}

async function scoredIds(transport: Transport): Promise<string[]> {
  const ends = await transport.lag('reader', [SCORED]);
  const stretches = ends.map(({ topic, partition, end }) => ({ topic, partition, from: 0n, until: end }));
  const ids: string[] = [];
  for await (const records of transport.read(stretches)) {
    for (const { value } of records) ids.push(JSON.parse(Buffer.from(value ?? '').toString()).id);
  }
  return ids.sort();
}

it('has every row scored once, wherever it is killed', async () => {
  const journals = join(folder, 'journals');
  const transport = openEmbeddedTransport(join(folder, 'log'));
  const { counts, base } = await send(transport, journals);
  expect(counts).toEqual({ read: ROWS + 2, alreadyDone: 0, scored: ROWS, rejected: 2 });
  const ids = lines.map((_, i) => `a${i}`).sort();
  expect(await scoredIds(transport)).toEqual(ids);
  const rejects = readFileSync(rejectedPath(base));
  expect(rejects.toString().match(/"code":"[A-Z_]+"/g)).toEqual(['"code":"MT_TIME"', '"code":"MT_JSON"']);

  // The log has all windows; the journal knows of fewer, as after a kill between the two.
  const [journal = ''] = readdirSync(journals).filter((name) => name.endsWith('.journal'));
  const whole = readFileSync(join(journals, journal)).toString().split('\n');
  for (const kept of [2, 4, whole.length - 2]) {
    writeFileSync(join(journals, journal), `${whole.slice(0, kept).join('\n')}\n{"torn`);
    const again = await send(transport, journals);
    expect(again.counts).toMatchObject({ read: ROWS + 2, scored: ROWS, rejected: 2 });
    expect(await scoredIds(transport)).toEqual(ids);
    expect(readFileSync(rejectedPath(base)).equals(rejects)).toBe(true);
  }
  await transport.close();
});

it('says what a topology lacks', async () => {
  const transport = openEmbeddedTransport(join(folder, 'other'));
  const sending = sendArchive({
    archive: openArchive([], { columns: {}, domain: 'news' }),
    topology: topologyOf('sources: [{ topic: raw.news, domain: news }]'),
    transport,
    origin: { model: '', inputs: [], columns: {}, domain: 'news' },
    folder,
    startOver: false,
    onProgress: () => {},
  });
  await expect(sending).rejects.toMatchObject({ code: 'MT_TOPOLOGY' });
  await transport.close();
});
