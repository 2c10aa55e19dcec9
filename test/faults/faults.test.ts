import { expect, it } from 'vitest';
import { describeWithOwnKafka, describeWithOwnRedis } from '../services/describe.js';
import { poisoned } from './poisoned.js';
import { storm } from './storm.js';

/** `npm run verify:faults` does the same with more of everything. */
const SEED = 20260302;
const LIMIT_MS = 240_000;
const quiet = () => {};

describeWithOwnKafka('moodtape on Kafka', () => {
  describeWithOwnRedis('and Redis', () => {
    it(
      'loses and repeats nothing when scorers, the broker and Redis fail, and the view is that of the log',
      async () => {
        const options = { inputs: 1_500, seconds: 16, scorerKills: 3, viewKills: 0, guests: 1 };
        const result = await storm({ ...options, brokerRestarts: 1, redisSeconds: 5, seed: SEED }, quiet);
        expect(result).toMatchObject({ faults: [], figures: { inputs: 1_500 } });
      },
      LIMIT_MS,
    );

    it(
      'makes of every bad record a score, or a dead letter that holds it to the byte',
      async () => {
        const { faults, figures } = await poisoned({ noise: 400, mutants: 400, seed: SEED }, quiet);
        expect(faults).toEqual([]);
        expect(figures).toMatchObject({ 'random byte strings': 400, 'mutated records': 400 });
      },
      LIMIT_MS,
    );
  });
});
