import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRedisView } from '../../../src/view/redis/view.js';
import type { View } from '../../../src/view/view.js';
import { batch, row, scored } from '../../conformance/view/samples.js';
import { describeWithRedis } from '../../services/describe.js';

const MINUTE = 60_000;
const DAY = 86_400_000;

describeWithRedis('the Redis view is bounded', ({ url }) => {
  const prefix = randomUUID();
  let view: View;
  let redis: Redis;
  beforeAll(() => {
    view = openRedisView({ url, prefix });
    redis = new Redis(url);
  });
  afterAll(async () => {
    await view.close();
    redis.disconnect();
  });

  it('to 10,000 texts, and 100 of each symbol', async () => {
    const texts = Array.from({ length: 10_150 }, (_, i) => scored(String(i), i < 150 ? ['SH600519'] : []));
    await view.applyScored(batch('texts', 0, texts));
    const all = await view.recent({ limit: 20_000 });
    expect([all.length, all[0]?.id, all.at(-1)?.id]).toEqual([10_000, '10149', '150']);
    const ofSymbol = await view.recent({ symbol: 'SH600519', limit: 20_000 });
    expect([ofSymbol.length, ofSymbol[0]?.id, ofSymbol.at(-1)?.id]).toEqual([100, '149', '50']);
    expect([await view.recent({ limit: 0 }), await view.symbols(0)]).toEqual([[], []]);
  });

  it.each([
    ['1m', 1],
    ['5m', 3],
    ['1h', 30],
    ['1d', 366],
  ])('to the rows of %s of %i days, which expire when no more come', async (window, days) => {
    const [newest, kept] = [1_000 * DAY, days * DAY];
    const starts = [newest - kept - MINUTE, newest, newest - kept, newest - kept + MINUTE, newest - MINUTE];
    const rows = starts.map((start) => ({ ...row(`S-${window}`, start), window }));
    await view.applyIndex(batch(`rows-${window}`, 0, rows));
    const found = await view.index({ symbol: `S-${window}`, domain: 'all', window, limit: 10 });
    expect(found.map(({ start }) => start)).toEqual([newest, newest - MINUTE, newest - kept + MINUTE]);
    const expiry = await redis.pttl(`${prefix}:{S-${window}}:index:all:${window}`);
    expect(expiry).toBeGreaterThan(kept - DAY / 2);
    expect(expiry).toBeLessThanOrEqual(kept);
  });
});
