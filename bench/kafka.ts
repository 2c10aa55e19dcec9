import { parseArgs } from 'node:util';
import { type Consumer, Kafka, logLevel, type Producer } from 'kafkajs';
import { filter, firstValueFrom, scan } from 'rxjs';
import { rawCodec, sentimentCodec } from '../src/codec/codecs.js';
import { decodeText } from '../src/codec/raw-text.js';
import type { Sentiment } from '../src/codec/sentiment.js';
import { scorer } from '../src/flow/scorer.js';
import type { Engine } from '../src/inference/engine.js';
import { normalise } from '../src/text/normalise.js';
import { openKafkaTransport } from '../src/transport/kafka/transport.js';
import { startKafka } from '../test/services/kafka.js';
import { report } from './report.js';
import { feedRecords } from './texts.js';

// Records a second from Kafka to scores that are committed to it, with a model that takes no time, against the loop that one would
// write by hand: kafkajs reads a batch, each record is decoded, normalised, given a score and encoded, and one transaction writes them
// all.

const PARTITIONS = 3;
const ROUNDS = 5;
const SESSION_MS = 10_000;
const LABELS = ['利空', '中性', '利好'] as const;
const PROBABILITIES: Sentiment['probabilities'] = [0.2, 0.3, 0.5];

const codec = rawCodec('news', 'json');
const outputCodec = sentimentCodec('avro');

/** Tokens of a text by their number. */
const TOKENS = Array.from({ length: 4096 }, (_, length) => new Int32Array(length));

/** A model that is done at once. */
const stub: Engine = {
  model: { name: 'stub', version: 'stub', labels: LABELS, experts: [], maxLength: 128 },
  runtime: 'stub',
  workers: 2,
  tokenise: (text) => ({
    ids: TOKENS[text.length >> 1] ?? new Int32Array(text.length >> 1),
    truncated: false,
  }),
  score: async (batch) => batch.map(() => ({ probabilities: PROBABILITIES, experts: [], model: 'stub' })),
  close: async () => {},
};

async function ours(brokers: readonly string[], group: string, records: number): Promise<number> {
  const transport = openKafkaTransport({ clientId: 'bench', brokers, compression: 'none' });
  const outputs = { scored: 'scored', deadLetters: 'dead-letters', codec: outputCodec };
  const inputs = [{ topic: 'raw', domain: 'news', codec }] as const;
  const clock = new Clock();
  await firstValueFrom(
    scorer({ transport, engine: stub, inputs, outputs, group, cacheSize: 0 }).pipe(
      scan((done, event) => {
        if (event.type === 'read') clock.begin();
        return done + (event.type === 'committed' ? event.records : 0);
      }, 0),
      filter((done) => done === records),
    ),
  );
  const speed = records / clock.seconds();
  await transport.close();
  return speed;
}

async function byHand(brokers: readonly string[], group: string, records: number): Promise<number> {
  const kafka = new Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: group, sessionTimeout: SESSION_MS });
  const producers = await Promise.all(
    Array.from({ length: PARTITIONS }, async (_, partition) => {
      const producer = kafka.producer({
        transactionalId: `${group}.${partition}`,
        maxInFlightRequests: 1,
        idempotent: true,
      });
      await producer.connect();
      return producer;
    }),
  );
  await consumer.connect();
  await consumer.subscribe({ topics: ['raw'], fromBeginning: true });
  const clock = new Clock();
  await transformAll(consumer, producers, group, records, clock);
  const speed = records / clock.seconds();
  await Promise.all([consumer.disconnect(), ...producers.map((producer) => producer.disconnect())]);
  return speed;
}

/** Resolves when so many records are written. */
function transformAll(
  consumer: Consumer,
  producers: readonly Producer[],
  group: string,
  records: number,
  clock: Clock,
): Promise<void> {
  let done = 0;
  return new Promise((resolve, reject) => {
    const running = consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS,
      async eachBatch({ batch, resolveOffset }) {
        clock.begin();
        const { topic, partition, messages } = batch;
        const transaction = await producers[partition]?.transaction();
        await transaction?.send({
          topic: 'scored',
          messages: messages.map(({ value, offset }) => {
            const sentiment = scoreOf(value, `${topic}/${partition}/${offset}`);
            return { key: sentiment.id, value: Buffer.from(outputCodec.encode(sentiment)) };
          }),
        });
        const next = String(BigInt(batch.lastOffset()) + 1n);
        await transaction?.sendOffsets({
          consumerGroupId: group,
          topics: [{ topic, partitions: [{ partition, offset: next }] }],
        });
        await transaction?.commit();
        resolveOffset(batch.lastOffset());
        done += messages.length;
        if (done === records) resolve();
      },
    });
    running.catch(reject);
  });
}

function scoreOf(value: Uint8Array | null, source: string): Sentiment {
  const { id, text, publishedAt, symbols } = decodeText(value, 'news', codec);
  return {
    id,
    domain: 'news',
    text: normalise(text),
    truncated: false,
    symbols: [...symbols],
    label: '利好',
    score: 0.3,
    confidence: 0.5,
    probabilities: PROBABILITIES,
    experts: {},
    model: 'stub',
    publishedAt,
    scoredAt: Date.now(),
    source,
  };
}

/** From the first record that is read: who joins a group faster is another question. */
class Clock {
  private begun: number | undefined;

  begin(): void {
    this.begun ??= performance.now();
  }

  seconds(): number {
    return (performance.now() - (this.begun ?? Number.NaN)) / 1000;
  }
}

const { values } = parseArgs({ options: { records: { type: 'string', default: '60000' } } });
const count = Number(values.records);
const kafka = await startKafka();
const { brokers } = kafka.address;
const transport = openKafkaTransport({ clientId: 'bench', brokers, compression: 'none' });
await transport.ensureTopics([
  { name: 'raw', partitions: PARTITIONS },
  { name: 'scored', partitions: PARTITIONS },
  { name: 'dead-letters', partitions: 1 },
]);
const encoded = feedRecords(count).map((record) => codec.encode(record));
for (let start = 0; start < count; start += 1000) {
  const part = encoded.slice(start, start + 1000);
  await transport.append(
    part.map((value, n) => ({ topic: 'raw', partition: n % PARTITIONS, key: null, value })),
  );
}
await transport.close();
const rounds = [];
for (let round = 0; round < ROUNDS; round++) {
  const peer = await byHand(brokers, `peer-${round}`, count);
  rounds.push({ ours: await ours(brokers, `ours-${round}`, count), peer });
}
await kafka.stop();
report({ name: 'kafka', rounds, unit: 'records/s', against: 'a kafkajs loop by hand, with transactions' });
