import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { openRedisView } from '../../src/view/redis/view.js';
import { viewConformance } from '../conformance/view.js';
import { describeWithOwnRedis, describeWithRedis } from '../services/describe.js';
import { type RedisCluster, startRedisCluster } from '../services/redis.js';

describeWithRedis('one server', ({ url }) => {
  const prefix = randomUUID();
  viewConformance('redis', async () => openRedisView({ url, prefix }));
});

describeWithOwnRedis('a cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster.stop());

  viewConformance('redis', async () =>
    openRedisView({ url: cluster.address.url, cluster: true, prefix: 'moodtape' }),
  );
});
