import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { sentimentCodec } from '../../src/codec/codecs.js';
import { DOMAINS } from '../../src/codec/sentiment.js';
import { packagePath } from '../../src/config.js';
import { SentimentWindows } from '../../src/flow/window.js';
import { viewPart } from '../../src/topology/parts/view.js';
import { DEAD_LETTERS, INDEX, SCORED } from '../../src/topology/topics.js';
import { openKafkaTransport } from '../../src/transport/kafka/transport.js';
import type { LogRecord, OutgoingRecord, Stretch, Transport } from '../../src/transport/transport.js';
import { openEmbeddedView } from '../../src/view/embedded/view.js';
import { openRedisView } from '../../src/view/redis/view.js';
import type { View } from '../../src/view/view.js';
import { moodtape } from '../cli/run-cli.js';
import { pause } from '../conformance/patience.js';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { describeWithOwnKafka, describeWithOwnRedis } from '../services/describe.js';
import { type SecuredKafkaAddress, startSecuredKafka } from '../services/kafka.js';
import type { LocalServer } from '../services/local-server.js';
import { type RedisAddress, startRedis } from '../services/redis.js';
import { catchUp, contextOf, indexRows, lastRows } from '../topology/support.js';
import { killAll, Process } from './process.js';

const GROUPS = {
  moodtape: ['raw.news', 'raw.forum'],
  'moodtape-index': [SCORED],
  'moodtape-view': [SCORED, INDEX],
};

describeWithOwnKafka('moodtape run on Kafka', () => {
  describeWithOwnRedis('and Redis', () => {
    const folder = mkdtempSync(join(tmpdir(), 'moodtape-run-kafka-'));
    let kafka: LocalServer<SecuredKafkaAddress>;
    let redis: LocalServer<RedisAddress>;
    let transport: Transport;
    let env: NodeJS.ProcessEnv;

    beforeAll(async () => {
      [kafka, redis] = await Promise.all([startSecuredKafka(), startRedis()]);
      const { saslBrokers, username, password, cert } = kafka.address;
      await saveTinyBundle(join(folder, 'model'));
      writeFileSync(join(folder, 'ca.pem'), cert);
      env = {
        MOODTAPE_HOME: join(folder, 'home'),
        MOODTAPE_MODEL: join(folder, 'model'),
        MOODTAPE_KAFKA_BROKERS: saslBrokers.join(','),
        MOODTAPE_KAFKA_TLS: 'true',
        MOODTAPE_KAFKA_CA_FILE: join(folder, 'ca.pem'),
        MOODTAPE_KAFKA_USERNAME: username,
        MOODTAPE_KAFKA_PASSWORD: password,
        MOODTAPE_REDIS_URL: redis.address.url,
      };
      transport = openKafkaTransport({
        clientId: 'test',
        brokers: saslBrokers,
        tls: { ca: cert },
        sasl: { mechanism: 'scram-sha-256', username, password },
        compression: 'none',
      });
    }, 240_000);
    afterEach(killAll);
    afterAll(async () => {
      await transport?.close();
      await Promise.all([kafka?.stop(), redis?.stop()]);
      rmSync(folder, { recursive: true });
    }, 60_000);

    const run = (topology: string) =>
      new Process(['run', `topologies/${topology}.yaml`, '--profile', 'local', '--json'], env);

    it('scores, indexes and shows every text once, though the view is killed', async () => {
      const scorers = [run('live'), run('live')];
      const killed = run('view');
      await Promise.all([...scorers, killed].map((process) => process.logged('running')));
      const sent = await sendFeeds(transport);
      const scored = async () => (await readAll(transport, SCORED)).length;
      await until(async () => (await shown(redis)) > 20);
      await killed.kill();
      const view = run('view');
      // The dead one's partitions are free when its session has run out.
      await until(async () => (await lag(transport)) === 0n);

      for (const process of [...scorers, view]) expect(await process.stop()).toBe(0);
      const dead = await readAll(transport, DEAD_LETTERS);
      expect((await scored()) + dead.length).toBe(sent);
      await expectOriginals(transport, dead);
      await expectEqualViews(transport, redis);
      for (const process of [...scorers, killed, view]) {
        expect(process.output).not.toContain(kafka.address.password);
      }
    }, 240_000);

    it('says what is wrong with an account, and not its password', async () => {
      const wrong = { ...env, MOODTAPE_KAFKA_PASSWORD: 'not-the-password' };
      const { code, stderr } = await moodtape(['run', 'topologies/live.yaml'], { env: wrong });
      expect(code).toBe(1);
      expect(stderr).toContain('error MT_TRANSPORT');
      expect(stderr).toContain('check the username, the password and the mechanism');
      expect(stderr).not.toContain('not-the-password');
    }, 120_000);

    it('ends in time when the brokers are away, and at once when it is asked twice', async () => {
      const [patient, pressed] = [run('live'), run('live')];
      await Promise.all([patient, pressed].map((process) => process.logged('running')));
      await kafka.halt('SIGKILL');
      const ended = pressed.stop();
      await pressed.logged('draining');
      pressed.stop();
      // 0 where it had drained before it was asked again.
      expect([null, 0]).toContain(await ended);
      expect(await patient.stop()).toBe(0);
    }, 120_000);
  });
});

/** The limit of the test is the limit of its patience: what is waited for takes as long as the timeouts of Kafka. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(100);
}

/** Writes the demo's texts as a producer would; resolves to how many there are. */
async function sendFeeds(transport: Transport): Promise<number> {
  const records = DOMAINS.flatMap((domain) =>
    readFileSync(packagePath('demo', 'feed', `${domain}.ndjson`))
      .toString('latin1')
      .trimEnd()
      .split('\n')
      .map(
        (line, i): OutgoingRecord => ({
          topic: `raw.${domain}`,
          key: i % 3 === 0 ? null : Buffer.from(`key ${i}`),
          value: Buffer.from(line, 'latin1'),
          headers: i % 2 === 0 ? {} : { trace: Buffer.from([i & 0xff, 0]), empty: Buffer.alloc(0) },
        }),
      ),
  );
  for (let i = 0; i < records.length; i += 40) await transport.append(records.slice(i, i + 40));
  return records.length;
}

async function lag(transport: Transport): Promise<bigint> {
  const partitions = await Promise.all(
    Object.entries(GROUPS).map(([group, topics]) => transport.lag(group, topics)),
  );
  return partitions.flat().reduce((sum, { committed, end }) => sum + end - committed, 0n);
}

async function readAll(transport: Transport, topic: string): Promise<LogRecord[]> {
  const stretches = (await transport.lag('nobody', [topic])).map(
    ({ partition, committed: from, end: until }): Stretch => ({ topic, partition, from, until }),
  );
  const all: LogRecord[] = [];
  for await (const records of transport.read(stretches)) all.push(...records);
  return all;
}

/** A dead letter has the key, the value and the headers of the record that its own headers name. */
async function expectOriginals(transport: Transport, dead: readonly LogRecord[]): Promise<void> {
  expect(dead.length).toBe(12);
  const raw = new Map(
    (await Promise.all(['raw.news', 'raw.forum'].map((topic) => readAll(transport, topic))))
      .flat()
      .map((record) => [`${record.topic} ${record.partition} ${record.offset}`, record]),
  );
  for (const { key, value, headers } of dead) {
    const error = (name: string) => Buffer.from(headers[`moodtape.error.${name}`] ?? []).toString();
    const original = raw.get(`${error('topic')} ${error('partition')} ${error('offset')}`);
    expect(error('code')).toMatch(/^MT_/);
    expect(error('stage')).toMatch(/^(decode|enrich)$/);
    expect({ key, value }).toEqual({ key: original?.key, value: original?.value });
    const others = Object.entries(headers).filter(([name]) => !name.startsWith('moodtape.error.'));
    expect(Object.fromEntries(others)).toEqual(original?.headers);
  }
}

async function shown({ address }: LocalServer<RedisAddress>): Promise<number> {
  return withRedis(address, async (view) => (await view.recent({ limit: 1000 })).length);
}

async function withRedis<T>({ url }: RedisAddress, use: (view: View) => Promise<T>): Promise<T> {
  const view = openRedisView({ url, prefix: 'moodtape' });
  try {
    return await use(view);
  } finally {
    await view.close();
  }
}

/** Redis shows what another view shows that is filled from the topics alone, and the rows of the index are right. */
async function expectEqualViews(transport: Transport, { address }: LocalServer<RedisAddress>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'moodtape-other-view-'));
  const other = openEmbeddedView(folder);
  try {
    const fields = { kind: 'embedded', path: folder, group: 'other-view' } as const;
    await catchUp(viewPart(fields, other, contextOf(transport)), transport);
    await withRedis(address, async (view) => {
      expect(await comparable(view)).toEqual(await comparable(other));
    });
  } finally {
    await other.close();
    rmSync(folder, { recursive: true });
  }
  const counts = new SentimentWindows({ windows: ['1m', '5m', '1h', '1d'] });
  const codec = sentimentCodec('json');
  for (const { value } of await readAll(transport, SCORED)) {
    if (value !== null) counts.add(codec.decode(value));
  }
  expect(lastRows(await indexRows(transport))).toEqual(lastRows(counts.changedRows()));
}

/** What a view shows, but for the order of texts of different partitions. */
async function comparable(view: View) {
  const symbols = (await view.symbols(1000)).map(({ symbol, count, mean }) => ({
    symbol,
    count,
    mean: mean.toFixed(9),
  }));
  const rows = await Promise.all(
    [...symbols, { symbol: '*' }].map(({ symbol }) =>
      view.index({ symbol, domain: 'all', window: '1h', limit: 1000 }),
    ),
  );
  const texts = await view.recent({ limit: 1000 });
  return { symbols, rows, texts: texts.sort((a, b) => (a.source < b.source ? -1 : 1)) };
}
