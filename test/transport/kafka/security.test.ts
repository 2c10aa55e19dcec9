import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { KafkaLogEntry, KafkaOptions } from '../../../src/transport/kafka/transport.js';
import { numbered, numbers, Reader, texts } from '../../conformance/transport/reader.js';
import { describeWithOwnKafka } from '../../services/describe.js';
import { type SecuredKafkaAddress, startSecuredKafka } from '../../services/kafka.js';
import type { LocalServer } from '../../services/local-server.js';
import { Bench } from './bench.js';

describeWithOwnKafka('a Kafka that a stranger cannot talk to', () => {
  let kafka: LocalServer<SecuredKafkaAddress>;
  let bench: Bench;
  beforeAll(async () => {
    kafka = await startSecuredKafka();
    bench = new Bench(kafka.address.saslBrokers);
  });
  afterEach(() => bench.close());
  afterAll(() => kafka.stop());

  async function talk(options: Partial<KafkaOptions>): Promise<void> {
    const transport = bench.open(options);
    const [topic, group] = [`topic-${bench.group()}`, bench.group()];
    await transport.ensureTopics([{ name: topic, partitions: 2 }]);
    await transport.append(numbered(topic, 4, 1));
    const reader = new Reader(transport, { group, topics: [topic] });
    await reader.hasDone(4);
    expect(texts(reader.done)).toEqual(numbers(4));
    expect(reader.errors).toEqual([]);
  }

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    'is talked to with SASL %s',
    async (mechanism) => {
      const { username, password, cert } = kafka.address;
      await talk({ tls: { ca: cert }, sasl: { mechanism, username, password } });
    },
  );

  it('is talked to with a certificate', async () => {
    const { tlsBrokers, cert, key } = kafka.address;
    await talk({ brokers: tlsBrokers, tls: { ca: cert, cert, key } });
  });

  it.each(['plain', 'scram-sha-512'] as const)(
    'says that a password is wrong, and never which (%s)',
    async (mechanism) => {
      const entries: KafkaLogEntry[] = [];
      const transport = bench.open({
        tls: { ca: kafka.address.cert },
        sasl: { mechanism, username: kafka.address.username, password: 'open sesame' },
        onLog: (entry) => entries.push(entry),
      });
      const error: unknown = await transport.lag('group', ['topic']).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'MT_TRANSPORT', remedy: expect.stringContaining('password') });
      expect(error).toHaveProperty('message', expect.stringContaining(kafka.address.saslBrokers[0] ?? ''));
      expect(`${String(error)} ${JSON.stringify([error, entries])}`).not.toContain('open sesame');
    },
  );

  it('says what may be wrong where TLS is expected', async () => {
    const error: unknown = await bench
      .open()
      .lag('group', ['topic'])
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'MT_TRANSPORT', remedy: expect.stringContaining('TLS') });
  });
});
