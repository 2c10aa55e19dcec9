import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { modelEventCodec } from '../../src/codec/codecs.js';
import { resolveSettings } from '../../src/config.js';
import { LabelBuffer } from '../../src/refit/labels/buffer.js';
import type { TrainerEvent } from '../../src/refit/trainer-event.js';
import { lintTopology } from '../../src/topology/lint.js';
import { openTrainer } from '../../src/topology/open-trainer.js';
import { trainerPart } from '../../src/topology/parts/trainer.js';
import { topicsOf } from '../../src/topology/topics.js';
import { openEmbeddedTransport } from '../../src/transport/embedded/transport.js';
import { openKafkaTransport } from '../../src/transport/kafka/transport.js';
import type { LogRecord, Transport } from '../../src/transport/transport.js';
import { waitUntil } from '../conformance/patience.js';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { describeWithKafka } from '../services/describe.js';
import { catchUp, contextOf } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-trainer-part-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function readAll(transport: Transport, topic: string): Promise<LogRecord[]> {
  const partitions = await transport.lag(`reader-${randomUUID()}`, [topic]);
  const stretches = partitions.map(({ partition, end: until }) => ({ topic, partition, from: 0n, until }));
  const all: LogRecord[] = [];
  for await (const records of transport.read(stretches)) all.push(...records);
  return all;
}

/** What a trainer makes of a topic of labels, whatever the log. */
function takesLabelsIn(open: () => Transport): void {
  it('takes every label in once, also for a group that has forgotten where it was', async () => {
    const transport = open();
    const run = randomUUID();
    const at = (name: string) => join(folder, run, name);
    const { dir } = await saveTinyBundle(join(folder, 'bundle'));
    const labels = `labels-${run}`;
    const topology = (group: string) => {
      const trainer = `{ topic: ${labels}, path: '${at('trainer')}', group: ${group} }`;
      const text = `name: t\nlog: { kind: embedded }\nmodels: { path: '${at('models')}' }\ntrainer: ${trainer}\n`;
      const { topology: parsed, messages } = lintTopology(text);
      if (parsed === undefined) throw new Error(JSON.stringify(messages));
      return parsed;
    };
    await transport.ensureTopics(topicsOf(topology('first')));
    const label = { domain: 'forum', label: '利好', labelledAt: 1772414104 };
    const values = Array.from({ length: 40 }, (_, i) =>
      JSON.stringify({ ...label, id: `${i}`, text: `涨${i}` }),
    );
    await transport.append(
      [...values, 'oops'].map((value) => ({ topic: labels, key: null, value: Buffer.from(value) })),
    );

    const events: TrainerEvent[] = [];
    const work = async (group: string) => {
      const { trainer, models } = topology(`${group}-${run}`);
      if (trainer === undefined || models === undefined) throw new Error('there is no trainer');
      const settings = resolveSettings({ flags: { model: dir } });
      const onEvent = (event: TrainerEvent) => events.push(event);
      const opened = await openTrainer(trainer, models, settings, onEvent);
      await catchUp(trainerPart(trainer, opened, contextOf(transport), onEvent), transport);
      await opened.trainer.close();
    };
    await work('first');
    await work('second');
    const buffer = LabelBuffer.open(at('trainer/labels'));
    expect(buffer.counts().arrived).toBe(40);
    await buffer.close();
    const read = events.flatMap((event) => (event.type === 'labelsRead' ? event.labels : []));
    expect(read.reduce((sum, count) => sum + count, 0)).toBe(80);

    const letters = (await readAll(transport, 'sentiment.dead-letters')).filter(
      ({ headers }) => String(headers['moodtape.error.topic']) === labels,
    );
    expect(letters.map(({ value }) => String(value))).toEqual(['oops', 'oops']);
    const codec = modelEventCodec('auto');
    const told = async () =>
      (await readAll(transport, 'models')).map(({ value }) => codec.decode(value ?? new Uint8Array()));
    await waitUntil('the first version is told of', async () => (await told()).length >= 2);
    expect((await told()).map(({ seq, event }) => [seq, event])).toEqual([
      [1, 'registered'],
      [2, 'promoted'],
    ]);
    await transport.close();
  });
}

describe('a trainer on the embedded log', () => {
  takesLabelsIn(() => openEmbeddedTransport(join(folder, 'log')));
});

describeWithKafka('a trainer on Kafka', ({ brokers }) => {
  takesLabelsIn(() =>
    openKafkaTransport({ clientId: 'moodtape-trainer-test', brokers, compression: 'none' }),
  );
});
