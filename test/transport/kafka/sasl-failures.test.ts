import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, it, onTestFinished } from 'vitest';
import type { KafkaLogEntry } from '../../../src/transport/kafka/transport.js';
import { describeWithOwnKafka } from '../../services/describe.js';
import { freePort } from '../../services/free-port.js';
import { type SecuredKafkaAddress, startSecuredKafka } from '../../services/kafka.js';
import type { LocalServer } from '../../services/local-server.js';
import { Bench } from './bench.js';

/** What a broker says while a connection is made: TLS, its versions, the mechanisms and the authentication. */
const ANSWERS = 8;

describeWithOwnKafka('a connection that is lost while it is made', () => {
  let kafka: LocalServer<SecuredKafkaAddress>;
  let bench: Bench;
  beforeAll(async () => {
    kafka = await startSecuredKafka();
    bench = new Bench(kafka.address.saslBrokers);
  });
  afterEach(() => bench.close());
  afterAll(() => kafka.stop());

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    'is made again, also in the midst of its authentication (%s)',
    async (mechanism) => {
      const { saslBrokers, username, password, cert } = kafka.address;
      const [broker = ''] = saslBrokers;
      const entries: KafkaLogEntry[] = [];
      const inTime = () => entries.some(({ message }) => /SASL.*authentication failed/.test(message));
      // Answers come in more or fewer pieces, so a round may miss the authentication.
      for (let answers = 1; !inTime(); answers = (answers % ANSWERS) + 1) {
        const transport = bench.open({
          brokers: [await wayThatBreaks(broker, answers)],
          tls: { ca: cert },
          sasl: { mechanism, username, password },
          onLog: (entry) => entries.push(entry),
        });
        await transport.ensureTopics([{ name: mechanism, partitions: 1 }]);
      }
    },
  );
});

/** A way to a broker, as host:port. Its first connection is lost with the broker's n-th answer, the others last. */
async function wayThatBreaks(broker: string, n: number): Promise<string> {
  const { hostname, port } = new URL(`tcp://${broker}`);
  let left = n;
  const server = createServer((near) => {
    const isFirst = left === n;
    const far = connect(Number(port), hostname);
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk) => {
      if (isFirst && --left === 0) near.end();
      else near.write(chunk);
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  const own = await freePort();
  server.listen(own, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return `127.0.0.1:${own}`;
}
