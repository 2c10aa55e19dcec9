import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, onTestFinished, vi } from 'vitest';
import { sentimentCodec } from '../../src/codec/codecs.js';
import { SCORED } from '../../src/topology/topics.js';
import { openEmbeddedTransport } from '../../src/transport/embedded/transport.js';
import { COMMAND_LINE } from '../cli/run-cli.js';
import { scored } from '../conformance/view/samples.js';
import { describeWithKafka, describeWithRedis } from '../services/describe.js';

const SECRET = 'hunter2-geheim';

// Whole processes are started here.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'moodtape-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Runs a view at the most talkative level, and returns all that it writes until it ends; it is told to once it has
 * said `enough`.
 */
async function everythingWritten(log: string, variables: NodeJS.ProcessEnv, enough: RegExp): Promise<string> {
  const file = join(folder, 'view.yaml');
  writeFileSync(file, `name: view\nlog: ${log}\nview: { kind: redis }\n`);
  const child = spawn(process.execPath, [...COMMAND_LINE, 'run', file, '--log-level', 'trace'], {
    env: { ...process.env, ...variables },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      written += chunk;
      if (enough.test(written)) child.kill('SIGTERM');
    });
  }
  await once(child, 'close');
  expect(written).toMatch(enough);
  return written;
}

describeWithKafka('a password for Kafka', ({ brokers }) => {
  it('is not in what is written when the brokers refuse it', async () => {
    const variables = {
      MOODTAPE_KAFKA_BROKERS: brokers.join(),
      MOODTAPE_KAFKA_USERNAME: 'moodtape',
      MOODTAPE_KAFKA_PASSWORD: SECRET,
    };
    expect(await everythingWritten('{ kind: kafka }', variables, /SASL/)).not.toContain(SECRET);
  });
});

describeWithRedis('a password for Redis', ({ url }) => {
  it('is not in what is written when Redis refuses it', async () => {
    const path = join(folder, 'log');
    const log = openEmbeddedTransport(path);
    await log.ensureTopics([{ name: SCORED, partitions: 1 }]);
    const value = await sentimentCodec('json').encode(scored('1', ['SH600519']));
    await log.append([{ topic: SCORED, key: null, value }]);
    await log.close();
    const variables = { MOODTAPE_REDIS_URL: url.replace('//', `//moodtape:${SECRET}@`) };
    const written = await everythingWritten(`{ kind: embedded, path: ${path} }`, variables, /MT_VIEW/);
    expect(written).not.toContain(SECRET);
  });
});

it('a password in an address is not in what is written when the address is wrong', async () => {
  const variables = { MOODTAPE_REDIS_URL: `http://moodtape:${SECRET}@localhost:6379` };
  const log = `{ kind: embedded, path: ${folder}/log }`;
  expect(await everythingWritten(log, variables, /MOODTAPE_REDIS_URL/)).not.toContain(SECRET);
});
