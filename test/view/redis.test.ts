import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRedisView } from '../../src/view/redis/view.js';
import { settle, waitUntil } from '../conformance/patience.js';
import { batch, scored } from '../conformance/view/samples.js';
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
    openRedisView({ url: cluster.address.url, cluster: true, prefix: 'conformance' }),
  );

  const SYMBOLS = Array.from({ length: 12 }, (_, i) => `SH60000${i}`);
  const open = (prefix: string) => openRedisView({ url: cluster.address.url, cluster: true, prefix });

  it('says so to a client that takes it for one server', async () => {
    const view = openRedisView({ url: cluster.address.url, prefix: 'moodtape' });
    const answers = await Promise.allSettled(SYMBOLS.map((symbol) => view.latest(symbol)));
    expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: {
        code: 'MT_VIEW',
        message: expect.stringContaining('MOVED'),
        remedy: expect.stringContaining('`cluster: true`'),
      },
    });
    await view.close();
  });

  it('publishes every text once on every node', async () => {
    const view = open('published');
    const heard = new Map<string, string[]>();
    const listeners = await Promise.all(
      cluster.nodes.map(async ({ address: { url } }) => {
        const listener = new Redis(url);
        listener.on('message', (_, text) => heard.get(url)?.push(JSON.parse(text).id));
        heard.set(url, []);
        await listener.subscribe('published:scored');
        return listener;
      }),
    );
    for (let first = 0; first < 20; first += 2) {
      const texts = [first, first + 1, first + 2].map((i) => scored(String(i), SYMBOLS));
      await view.applyScored(batch('topic', first, texts));
    }
    const ids = Array.from({ length: 21 }, (_, i) => String(i));
    await waitUntil('all have heard', () => [...heard.values()].every(({ length }) => length >= ids.length));
    expect([...heard.values()]).toEqual([ids, ids, ids]);
    for (const listener of listeners) listener.disconnect();
    await view.close();
  });

  it('waits for a node that is away, and loses and doubles nothing', async () => {
    const view = open('outage');
    const texts = Array.from({ length: 6 }, (_, i) => scored(String(i), SYMBOLS));
    await view.applyScored(batch('topic', 0, texts.slice(0, 2)));
    const [, node] = cluster.nodes;
    await node?.halt('SIGKILL');
    const applying = view.applyScored(batch('topic', 0, texts));
    await settle();
    await node?.resume();
    await applying;
    for (const symbol of SYMBOLS) {
      expect((await view.recent({ symbol, limit: 100 })).reverse()).toEqual(texts);
    }
    expect((await view.symbols(100)).map(({ count }) => count)).toEqual(SYMBOLS.map(() => texts.length));
    await view.close();
  });
});
