import { afterAll, afterEach, beforeAll, it } from 'vitest';
import type { KafkaLogEntry } from '../../../src/transport/kafka/transport.js';
import { describeWithOwnKafka } from '../../services/describe.js';
import { type SecuredKafkaAddress, startSecuredKafka } from '../../services/kafka.js';
import type { LocalServer } from '../../services/local-server.js';
import { openProxy } from '../../services/proxy.js';
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
        const { address } = await openProxy(broker, answers);
        const transport = bench.open({
          brokers: [address],
          tls: { ca: cert },
          sasl: { mechanism, username, password },
          onLog: (entry) => entries.push(entry),
        });
        await transport.ensureTopics([{ name: mechanism, partitions: 1 }]);
      }
    },
  );
});
