import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRedisView } from '../../../src/view/redis/view.js';
import type { View } from '../../../src/view/view.js';
import { settle, waitUntil } from '../../conformance/patience.js';
import { batch, scored } from '../../conformance/view/samples.js';
import { PROBE, Subscriber } from '../../conformance/view/subscriber.js';
import { describeWithOwnRedis } from '../../services/describe.js';
import { startRedis } from '../../services/redis.js';

const SYMBOLS = ['SH600519', 'SZ000858'];

describeWithOwnRedis('the Redis view in an outage', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let view: View;
  const log: string[] = [];
  beforeEach(async () => {
    redis = await startRedis();
    log.length = 0;
    view = openRedisView({
      url: redis.address.url,
      prefix: 'moodtape',
      onLog: ({ level, message }) => log.push(`${level}: ${message}`),
    });
  });
  afterEach(async () => {
    await view.close();
    await redis.stop();
  });

  /** The texts 0, 1, … of one partition, in batches of three that overlap by one. */
  async function apply(from: number, to: number): Promise<void> {
    for (let first = from; first < to; first += 2) {
      const texts = [first, first + 1, first + 2].map((i) => scored(String(i), SYMBOLS));
      await view.applyScored(batch('topic', first, texts));
    }
  }
  const ids = (count: number) => Array.from({ length: count }, (_, i) => String(i));
  const found = async (symbol?: string) => {
    const texts = await view.recent({ ...(symbol ? { symbol } : {}), limit: 1_000 });
    return texts
      .map(({ id }) => id)
      .filter((id) => id !== PROBE)
      .reverse();
  };

  it('waits, goes on, and has lost and doubled nothing, nor has its subscriber', async () => {
    const subscriber = await Subscriber.open(view);
    let end = 0;
    const more = (batches: number) => {
      const from = end;
      end += 2 * batches;
      return apply(from, end);
    };
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      await more(5);
      const interrupted = more(5);
      await redis.halt(signal);
      await waitUntil('it is missed', () => log.at(-1)?.startsWith('warn') ?? false);
      const begunMeanwhile = interrupted.then(() => more(3));
      await redis.resume();
      await begunMeanwhile;
    }
    const all = ids(end + 1);
    expect(await found()).toEqual(all);
    for (const symbol of SYMBOLS) expect(await found(symbol)).toEqual(all);
    expect((await view.symbols(10)).map(({ count }) => count)).toEqual([all.length, all.length]);
    await waitUntil('the subscriber has all', () => subscriber.ids.length >= all.length);
    expect(subscriber.ids).toEqual(all);
  });

  it('waits for a Redis that hangs', async () => {
    await apply(0, 4);
    const stranger = new Redis(redis.address.url);
    const pid = Number(/process_id:(\d+)/.exec(await stranger.info('server'))?.[1]);
    stranger.disconnect();
    process.kill(pid, 'SIGSTOP');
    const applying = apply(4, 10);
    await settle();
    process.kill(pid, 'SIGCONT');
    await applying;
    expect(await found()).toEqual(ids(11));
  });

  it('waits for a Redis that was not there from the start', async () => {
    await redis.halt();
    const applying = apply(0, 4);
    await waitUntil('it is missed', () => log.length > 0);
    await redis.resume();
    await applying;
    expect(await found()).toEqual(ids(5));
    expect(log).toEqual(['warn: Redis is away; waiting for it', 'info: Redis is back']);
  });

  it('gives up when it is closed', async () => {
    await redis.halt();
    const applying = apply(0, 4);
    const subscription = new Promise((resolve) =>
      view.subscribe().subscribe({ complete: () => resolve('ended') }),
    );
    await waitUntil('it is missed', () => log.length > 0);
    await view.close();
    await expect(applying).rejects.toMatchObject({ code: 'MT_VIEW' });
    expect(await subscription).toBe('ended');
  });
});
