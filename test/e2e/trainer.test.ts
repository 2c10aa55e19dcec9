import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Codec } from '../../src/codec/codec.js';
import { modelEventCodec, sentimentCodec } from '../../src/codec/codecs.js';
import { LABELS } from '../../src/codec/sentiment.js';
import { ModelRegistry } from '../../src/registry/registry.js';
import { writeExamples } from '../../src/training/dataset.js';
import { openEmbeddedTransport } from '../../src/transport/embedded/transport.js';
import type { Transport } from '../../src/transport/transport.js';
import { moodtape } from '../cli/run-cli.js';
import { pause } from '../conformance/patience.js';
import { flipped, shiftedTexts, trainOnNews } from '../refit/shifted-model.js';
import { killAll, Process } from './process.js';

/**
 * Guards the whole sidecar as a user runs it, on the embedded log: labels come from a topic, a refit is killed and goes on,
 * its model goes live, the scorer beside it takes it over, and everything is told on the topic `models`.
 */

const folder = mkdtempSync(join(tmpdir(), 'moodtape-trainer-e2e-'));
const path = (name: string) => join(folder, name);
let log: Transport;

beforeAll(async () => {
  await trainOnNews(folder);
  const golden = [...shiftedTexts('news', 200, 5), ...shiftedTexts('forum', 30, 6)];
  await writeExamples(path('golden.csv'), golden, LABELS);
  writeFileSync(
    path('topology.yaml'),
    `name: sidecar
log: { kind: embedded, path: ${path('log')} }
sources: [{ topic: raw.forum, domain: forum }]
models: { path: ${path('models')} }
scorer: { model: ${path('incumbent')}, device: cpu, workers: 1 }
trainer:
  path: ${path('trainer')}
  labels: 400
  texts: 600
  golden: [${path('golden.csv')}]
  holdout: 0.2
  epochs: 6
  batchSize: 8
  learningRate: 0.02
  backend: wasm
metrics: { port: 0 }
`,
  );
  log = openEmbeddedTransport(path('log'));
});
afterAll(async () => {
  killAll();
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = () => new Process(['run', path('topology.yaml')], {});
const rawLabels = (examples: ReturnType<typeof shiftedTexts>, annotator: string) =>
  examples.map(({ id, text, domain, label }) => ({
    ...{ topic: 'labels', key: null },
    value: Buffer.from(
      JSON.stringify({
        id,
        text,
        domain,
        label: LABELS[label],
        labelledAt: '2026-03-02 09:15:00',
        annotator,
      }),
    ),
  }));

/** All values of a topic's first partition. */
async function valuesOf<T>(topic: string, codec: Pick<Codec<T>, 'decode'>): Promise<T[]> {
  const values: T[] = [];
  const [place] = await log.lag('reader', [topic]);
  const stretch = { topic, partition: 0, from: 0n, until: place?.end ?? 0n };
  for await (const records of log.read([stretch])) {
    for (const { value } of records) values.push(codec.decode(value ?? new Uint8Array()));
  }
  return values;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(50);
}

describe('moodtape run with a trainer', { timeout: 400_000 }, () => {
  it('refits through a SIGKILL, and the scorer takes the better model over', async () => {
    const killed = run();
    await killed.logged('running');
    const labels = Array.from({ length: 360 }, (_, i) => [
      ...shiftedTexts('forum', 1, 100 + i),
      ...shiftedTexts('news', 1, 1000 + i),
    ]).flat();
    const broken = { topic: 'labels', key: null, value: Buffer.from('{"id":"x"}') };
    await log.append([...rawLabels(labels, 'desk'), broken]);
    await killed.logged('a refit begins');
    await until(async () => existsSync(path('trainer/refit/request.json')));
    await pause(500);
    await killed.kill();

    const process = run();
    expect(await process.logged('a refit begins')).toMatchObject({ reason: 'it was under way' });
    const decided = await process.logged('a refit went live');
    expect(await process.logged('another version of the model scores')).toMatchObject({
      version: decided.version,
    });

    await log.append([
      {
        topic: 'raw.forum',
        key: null,
        value: Buffer.from('{"id":"f1","text":"大盘毒4","publishedAt":1772414104}'),
      },
    ]);
    const scored = () => valuesOf('sentiment.scored', sentimentCodec('auto'));
    await until(async () => (await scored()).length > 0);
    expect(await scored()).toMatchObject([{ id: 'f1', label: '利空', model: decided.version }]);

    const events = () => valuesOf('models', modelEventCodec('auto'));
    const registry = await ModelRegistry.open(path('models'));
    await until(async () => (await events()).length === (await registry.events()).length);
    expect(await events()).toEqual(await registry.events());
    expect((await events()).map(({ event }) => event)).toEqual([
      'registered',
      'promoted',
      'registered',
      'promoted',
    ]);
    const letters = await log.lag('reader', ['sentiment.dead-letters']);
    expect(letters[0]?.end).toBe(1n);
    expect(await process.stop()).toBe(0);
  });

  it('holds labels that are turned round until a person drops them', async () => {
    const process = run();
    await process.logged('running');
    await log.append(rawLabels(flipped(shiftedTexts('forum', 150, 7)), 'troll'));
    await process.logged('labels of somebody who is distrusted wait for a person');
    expect(await process.stop()).toBe(0);

    const labels = (...args: string[]) => moodtape(['labels', ...args, '--trainer', path('trainer')]);
    const held = (await labels('list', '--annotator', 'troll', '--json')).stdout.trimEnd().split('\n');
    expect(held.length).toBeGreaterThan(100);
    const [first] = held.map((line) => JSON.parse(line));
    expect(first).toMatchObject({ annotator: 'troll', suspicion: 'annotator', domain: 'forum' });
    expect((await labels('list')).stdout).toContain('troll');
    expect((await labels('release', String(first.number))).stdout).toBe('released 1 of 1 labels\n');
    const dropped = (await labels('drop', '--annotator', 'troll', '--json')).stdout;
    expect(JSON.parse(dropped)).toEqual({ dropped: held.length - 1 });
    expect((await labels('drop')).stderr).toContain('MT_CONFIG');
    const registry = await ModelRegistry.open(path('models'));
    expect((await registry.events()).at(-1)?.event).toBe('promoted');
  });
});
