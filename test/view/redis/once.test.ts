import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterEach, expect, it } from 'vitest';
import type { Sentiment, SentimentIndex } from '../../../src/codec/sentiment.js';
import { openRedisView } from '../../../src/view/redis/view.js';
import type { View, ViewBatch } from '../../../src/view/view.js';
import { waitUntil } from '../../conformance/patience.js';
import { batch, row, scored } from '../../conformance/view/samples.js';
import { describeWithRedis } from '../../services/describe.js';

const SYMBOLS = ['SH600519', 'SZ000858', 'HK00700'];
/** Of each partition. */
const RECORDS = 16;

/**
 * One delivery of a partition's records: it begins at the first one that nobody has acknowledged, or `back` before it,
 * for a successor reads again what its predecessor did not acknowledge.
 */
interface Delivery {
  readonly partition: number;
  readonly back: number;
  readonly ahead: number;
  /** By one handle, by two at once, or by one that dies in the middle, after so many turns of the event loop. */
  readonly by: 'one' | 'two' | number;
}

const deliveries = fc.array(
  fc.record({
    partition: fc.nat(1),
    back: fc.nat(6),
    ahead: fc.nat(6),
    by: fc.oneof(fc.constant('one' as const), fc.constant('two' as const), fc.nat(12)),
  }),
  { maxLength: 12 },
);

describeWithRedis('the Redis view applies each record once', ({ url }) => {
  const opened: { close(): unknown }[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((resource) => resource.close()));
  });
  const open = async (prefix: string): Promise<View> => {
    const view = openRedisView({ url, prefix });
    opened.push(view);
    await view.latest('connected');
    return view;
  };

  /** Brings all partitions into the view, in these deliveries and then to their ends. */
  async function deliver<T>(
    prefix: string,
    plan: readonly Delivery[],
    partitions: readonly (readonly T[])[],
    apply: (view: View, batch: ViewBatch<T>) => Promise<void>,
  ): Promise<void> {
    const [view, other] = [await open(prefix), await open(prefix)];
    const acknowledged = partitions.map(() => 0);
    const rest = partitions.map(
      (_, partition) => ({ partition, back: 0, ahead: RECORDS, by: 'one' }) as const,
    );
    for (const { partition, back, ahead, by } of [...plan, ...rest]) {
      const from = acknowledged[partition] ?? 0;
      const records = partitions[partition] ?? [];
      const first = Math.max(0, from - back);
      const delivery = batch('topic', first, records.slice(first, from + ahead), partition);
      if (typeof by === 'number') {
        const doomed = await open(prefix);
        const dying = apply(doomed, delivery).catch(() => {});
        for (let turn = 0; turn < by; turn++) await new Promise(setImmediate);
        await doomed.close();
        await dying;
        continue;
      }
      const handles = by === 'one' ? [view] : [view, other];
      await Promise.all(handles.map((handle) => apply(handle, delivery)));
      acknowledged[partition] = Math.max(from, first + delivery.entries.length);
    }
  }

  it('scored texts, their totals and their publications', async () => {
    const texts = fc.array(
      fc.array(
        fc.record({
          symbols: fc.uniqueArray(fc.constantFrom(...SYMBOLS)),
          // JSON has no negative zero.
          score: fc.double({ min: -1, max: 1, noNaN: true }).map((score) => score + 0),
        }),
        {
          minLength: RECORDS,
          maxLength: RECORDS,
        },
      ),
      { minLength: 2, maxLength: 2 },
    );
    await fc.assert(
      fc.asyncProperty(deliveries, texts, async (plan, generated) => {
        const prefix = randomUUID();
        const partitions = generated.map((records, partition) =>
          records.map(({ symbols, score }, offset) => scored(`${partition}/${offset}`, symbols, score)),
        );
        const published: Sentiment[] = [];
        const listener = new Redis(url);
        opened.push({ close: () => listener.disconnect() });
        listener.on('message', (_, text) => published.push(JSON.parse(text)));
        await listener.subscribe(`${prefix}:scored`);
        await deliver(prefix, plan, partitions, (view, delivery) => view.applyScored(delivery));

        const view = await open(prefix);
        const all = partitions.flat();
        // Which of two partitions comes first is not said, and a delivery that died may have changed it.
        const byPartition = (found: readonly Sentiment[]) =>
          partitions.map((records) => found.filter((text) => records.some(({ id }) => id === text.id)));
        const recent = await view.recent({ limit: 1_000 });
        expect(byPartition([...recent].reverse())).toEqual(partitions);
        await waitUntil('all are published', () => published.length >= all.length);
        expect(published).toEqual([...recent].reverse());
        const summaries = await view.symbols(100);
        for (const symbol of SYMBOLS) {
          const about = all.filter(({ symbols }) => symbols.includes(symbol));
          const ofSymbol = await view.recent({ symbol, limit: 1_000 });
          expect(byPartition([...ofSymbol].reverse())).toEqual(byPartition(about));
          const summary = summaries.find((one) => one.symbol === symbol);
          expect(summary?.count ?? 0).toBe(about.length);
          if (summary === undefined) continue;
          const mean = about.reduce((sum, { score }) => sum + score, 0) / about.length;
          expect(summary.mean).toBeCloseTo(mean, 12);
          expect(summary.last).toEqual(ofSymbol[0]);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('index rows, of which the last version stays', async () => {
    const symbols = ['*', ...SYMBOLS];
    const rows = fc.array(
      fc.array(fc.tuple(fc.nat(symbols.length - 1), fc.nat(2)), { minLength: RECORDS, maxLength: RECORDS }),
      { minLength: 2, maxLength: 2 },
    );
    await fc.assert(
      fc.asyncProperty(deliveries, rows, async (plan, generated) => {
        const prefix = randomUUID();
        // A row is always written to the same partition, so its versions are in order.
        const partitions = generated.map((records, partition) =>
          records.map(([symbol, minute], version) =>
            row(symbols[symbol] ?? '*', (2 * minute + partition) * 60_000, version),
          ),
        );
        await deliver(prefix, plan, partitions, (view, delivery) => view.applyIndex(delivery));

        const view = await open(prefix);
        for (const symbol of symbols) {
          const expected = new Map<number, SentimentIndex>();
          for (const one of partitions.flat()) if (one.symbol === symbol) expected.set(one.start, one);
          const found = await view.index({ symbol, domain: 'all', window: '1m', limit: 100 });
          expect(found).toEqual([...expected.values()].sort((a, b) => b.start - a.start));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('goes on where a batch was cut short between two symbols', async () => {
    const prefix = randomUUID();
    const view = await open(prefix);
    const stranger = new Redis(url);
    opened.push({ close: () => stranger.disconnect() });
    const [first, second, third] = SYMBOLS;
    const texts = [
      scored('a', [first ?? '']),
      scored('b', [second ?? '']),
      scored('c', [first ?? '', third ?? '']),
    ];
    await stranger.set(`${prefix}:{${second}}:texts`, 'in the way');
    await expect(view.applyScored(batch('topic', 0, texts))).rejects.toMatchObject({
      code: 'MT_VIEW',
      remedy: expect.stringContaining('prefix'),
    });
    expect(await view.recent({ limit: 10 })).toEqual([]);
    expect((await view.recent({ symbol: first ?? '', limit: 10 })).map(({ id }) => id)).toEqual(['c', 'a']);
    await stranger.del(`${prefix}:{${second}}:texts`);
    await view.applyScored(batch('topic', 0, texts));
    expect((await view.recent({ limit: 10 })).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
    expect((await view.recent({ symbol: first ?? '', limit: 10 })).map(({ id }) => id)).toEqual(['c', 'a']);
  });

  it('tells offsets beyond 2^53 apart', async () => {
    const view = await open(randomUUID());
    const apply = (offset: bigint, id: string) =>
      view.applyScored({ topic: 'topic', partition: 0, entries: [{ offset, value: scored(id, SYMBOLS) }] });
    await apply(999_999_999_999_999n, 'short');
    await apply(2n ** 53n, 'a');
    await apply(2n ** 53n + 1n, 'b');
    await apply(2n ** 53n, 'again');
    await apply(2n ** 63n - 1n, 'last');
    await apply(2n ** 63n - 2n, 'too late');
    for (const symbol of [undefined, ...SYMBOLS]) {
      const found = await view.recent({ ...(symbol ? { symbol } : {}), limit: 10 });
      expect(found.map(({ id }) => id)).toEqual(['last', 'b', 'a', 'short']);
    }
  });

  it('when Redis has forgotten the scripts', async () => {
    const view = await open(randomUUID());
    const stranger = new Redis(url);
    opened.push({ close: () => stranger.disconnect() });
    await view.applyScored(batch('topic', 0, [scored('a', SYMBOLS)]));
    await stranger.script('FLUSH');
    await view.applyScored(batch('topic', 1, [scored('b', SYMBOLS)]));
    await stranger.script('FLUSH');
    expect((await view.symbols(10)).map(({ count }) => count)).toEqual([2, 2, 2]);
  });
});
