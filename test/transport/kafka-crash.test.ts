import { describeWithKafka } from '../services/describe.js';
import { crashTests } from './crash.js';

describeWithKafka('on Kafka', ({ brokers }) => {
  crashTests('the log', async () => ({ kind: 'kafka', brokers }));
});
