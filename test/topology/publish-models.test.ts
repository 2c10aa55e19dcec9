import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { modelEventCodec } from '../../src/codec/codecs.js';
import type { ModelEvent } from '../../src/codec/model-event.js';
import { MoodtapeError } from '../../src/errors.js';
import { createLogger } from '../../src/observe/logger.js';
import { ModelRegistry } from '../../src/registry/registry.js';
import { publishModels } from '../../src/topology/publish-models.js';
import { MODELS } from '../../src/topology/topics.js';
import type { Transport } from '../../src/transport/transport.js';
import { waitUntil } from '../conformance/patience.js';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { openLog } from './support.js';

/** Guards the topic `models`: the journal of the registry, each event once and in its order, whatever happens to the writer. */

const folder = mkdtempSync(join(tmpdir(), 'moodtape-publish-'));
afterAll(() => rmSync(folder, { recursive: true }));
const codec = modelEventCodec('avro');
const logger = createLogger('silent');

async function published(transport: Transport): Promise<ModelEvent[]> {
  const [place] = await transport.lag('reader', [MODELS]);
  const stretch = { topic: MODELS, partition: 0, from: 0n, until: place?.end ?? 0n };
  const events: ModelEvent[] = [];
  for await (const records of transport.read([stretch])) {
    for (const { value } of records) events.push(codec.decode(value ?? new Uint8Array()));
  }
  return events;
}

it('writes the journal to the topic, and goes on after a crash where the topic ends', async () => {
  const transport = await openLog(folder);
  await transport.ensureTopics([{ name: MODELS, partitions: 1 }]);
  const registry = await ModelRegistry.open(join(folder, 'registry'));
  const { dir } = await saveTinyBundle(join(folder, 'bundle'));
  const hasAll = async () => (await published(transport)).length === (await registry.events()).length;

  const first = publishModels(registry, transport, codec, logger).subscribe();
  const version = await registry.register(dir);
  await registry.promote(version, { metrics: { accuracy: 0.9 } });
  await waitUntil('two are there', hasAll);
  first.unsubscribe();

  const other = await registry.register(
    (await saveTinyBundle(join(folder, 'other'), { temperature: 2 })).dir,
  );
  await registry.promote(other);
  await registry.rollback({ reason: 'worse' });
  const second = publishModels(registry, transport, codec, logger).subscribe();
  onTestFinished(() => second.unsubscribe());
  await waitUntil('all are there', hasAll);
  expect(await published(transport)).toEqual(await registry.events());
});

it('repeats nothing when it does not learn that the log has taken an event', async () => {
  const transport = await openLog(folder);
  await transport.ensureTopics([{ name: MODELS, partitions: 1 }]);
  const registry = await ModelRegistry.open(join(folder, 'doubtful'));
  await registry.register((await saveTinyBundle(join(folder, 'bundle'))).dir);
  let lost = 0;
  const doubtful: Transport = Object.assign(Object.create(transport), {
    append: async (records: Parameters<Transport['append']>[0]) => {
      await transport.append(records);
      if (lost++ === 0) throw new MoodtapeError('MT_TRANSPORT', 'no answer');
    },
  });
  const writing = publishModels(registry, doubtful, codec, logger, 10).subscribe();
  onTestFinished(() => writing.unsubscribe());
  await waitUntil('it has lost an answer', () => lost > 0);
  await registry.promote((await registry.state()).versions[0] ?? '');
  await waitUntil('both are there', async () => (await published(transport)).length >= 2);
  expect(await published(transport)).toEqual(await registry.events());
});
