import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { filter, firstValueFrom, scan } from 'rxjs';
import { rawCodec, sentimentCodec } from '../src/codec/codecs.js';
import { scorer } from '../src/flow/scorer.js';
import { costOf, DEFAULT_COST } from '../src/inference/cost-model.js';
import { createEngine } from '../src/inference/create-engine.js';
import type { Engine } from '../src/inference/engine.js';
import { cheapestCut } from '../src/inference/planner.js';
import { loadBundle } from '../src/model/bundle.js';
import { normalise } from '../src/text/normalise.js';
import { openEmbeddedTransport } from '../src/transport/embedded/transport.js';
import { report } from './report.js';
import { type FeedRecord, feedRecords } from './texts.js';

// Texts a second from a log to its committed scores, against the engine alone on the same texts.

const PARTITIONS = 4;
const ROUNDS = 5;
/** Texts that the bare engine cuts into batches at a time: as many as the planner sees. */
const WINDOW = 512;
const LIMITS = { maxTexts: 64, maxTokens: 8192 };

/** Texts a second of the engine by itself, normalising and tokenising included, in the best batches. */
async function engineAlone(engine: Engine, records: readonly FeedRecord[]): Promise<number> {
  const started = performance.now();
  const batches: Promise<unknown>[] = [];
  for (let start = 0; start < records.length; start += WINDOW) {
    const texts = records.slice(start, start + WINDOW).map(({ text }) => engine.tokenise(normalise(text)));
    const lengths = texts.map(({ ids }) => ids.length);
    for (const batch of cheapestCut(lengths, LIMITS, costOf(DEFAULT_COST))) {
      batches.push(engine.score(batch.flatMap((index) => texts[index] ?? [])));
    }
    // Lets the workers begin while the next texts are tokenised.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(batches);
  return (1000 * records.length) / (performance.now() - started);
}

/** Texts a second of the whole flow: from records in a log to scores and offsets committed to it. */
async function pipeline(engine: Engine, records: readonly FeedRecord[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'moodtape-bench-'));
  const transport = openEmbeddedTransport(folder);
  const outputs = { scored: 'scored', deadLetters: 'dead-letters', codec: sentimentCodec('avro') };
  await transport.ensureTopics([
    { name: 'raw', partitions: PARTITIONS },
    { name: outputs.scored, partitions: PARTITIONS },
    { name: outputs.deadLetters, partitions: 1 },
  ]);
  const codec = rawCodec('news', 'json');
  await transport.append(
    records.map((record, n) => ({
      topic: 'raw',
      partition: n % PARTITIONS,
      key: null,
      value: codec.encode(record),
    })),
  );
  const started = performance.now();
  const inputs = [{ topic: 'raw', domain: 'news', codec }] as const;
  await firstValueFrom(
    scorer({ transport, engine, inputs, outputs, group: 'bench', limits: LIMITS, cacheSize: 0 }).pipe(
      scan((done, event) => done + (event.type === 'committed' ? event.records : 0), 0),
      filter((done) => done === records.length),
    ),
  );
  const seconds = (performance.now() - started) / 1000;
  await transport.close();
  await rm(folder, { recursive: true });
  return records.length / seconds;
}

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'models/default' },
    texts: { type: 'string', default: '3000' },
  },
});
const engine = await createEngine(await loadBundle(values.model));
const records = feedRecords(Number(values.texts));
await engineAlone(engine, records);
const rounds = [];
for (let round = 0; round < ROUNDS; round++) {
  const peer = await engineAlone(engine, records);
  rounds.push({ ours: await pipeline(engine, records), peer });
}
await engine.close();
report({ name: 'pipeline', rounds, unit: 'texts/s', against: 'the bare engine on the same texts' });
