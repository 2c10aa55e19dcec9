import { openKafkaTransport } from '../../src/transport/kafka/transport.js';
import { transportConformance } from '../conformance/transport.js';
import { describeWithKafka } from '../services/describe.js';

describeWithKafka('the log on Kafka', ({ brokers }) => {
  transportConformance('kafka', async () =>
    openKafkaTransport({ clientId: 'moodtape-test', brokers, compression: 'lz4' }),
  );
});
