import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Sentiment } from '../../src/codec/sentiment.js';
import type { View } from '../../src/view/view.js';
import { settle, waitUntil } from './patience.js';
import { batch, row, scored } from './view/samples.js';
import { Subscriber } from './view/subscriber.js';

const ids = (texts: readonly Sentiment[]) => texts.map(({ id }) => id);

/** What every view must do. `open` gives one more handle on one view, which all tests share. */
export function viewConformance(name: string, open: () => Promise<View>): void {
  describe(`${name} view`, () => {
    const opened: View[] = [];
    const another = async () => {
      const view = await open();
      opened.push(view);
      return view;
    };
    /** A view, and a topic and a symbol that no other test uses. */
    const bench = async () => [await another(), `topic-${randomUUID()}`, `S-${randomUUID()}`] as const;
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((view) => view.close()));
    });

    describe('scored texts', () => {
      it('are found by symbol: the last, and the recent ones newest first', async () => {
        const [view, topic, symbol] = await bench();
        await view.applyScored(
          batch(topic, 0, [scored('a', [symbol]), scored('b', []), scored('c', [symbol])]),
        );
        await view.applyScored(batch(topic, 3, [scored('d', [symbol, 'SH600519', symbol])]));
        expect(await view.latest(symbol)).toEqual(scored('d', [symbol, 'SH600519', symbol]));
        expect(ids(await view.recent({ symbol, limit: 10 }))).toEqual(['d', 'c', 'a']);
        expect(ids(await view.recent({ symbol, limit: 2 }))).toEqual(['d', 'c']);
        expect(ids(await view.recent({ limit: 4 }))).toEqual(['d', 'c', 'b', 'a']);
      });

      it('are listed page by page, newest first, while more come', async () => {
        const [view, topic, symbol] = await bench();
        const texts = Array.from({ length: 7 }, (_, i) => scored(String(i), [symbol]));
        await view.applyScored(batch(topic, 0, texts));
        const seen: string[] = [];
        let before: string | undefined;
        for (let offset = 7; ; offset++) {
          const page = await view.page({ symbol, limit: 3, before });
          seen.push(...page.map(({ text }) => text.id));
          before = page.at(-1)?.place;
          if (page.length < 3) break;
          await view.applyScored(batch(topic, offset, [scored('new', [symbol])]));
        }
        expect(seen).toEqual(['6', '5', '4', '3', '2', '1', '0']);
        expect(await view.page({ symbol, limit: 3, before })).toEqual([]);
        const [newest] = await view.page({ limit: 1 });
        expect(newest?.text.id).toBe('new');
      });

      it('of an unknown symbol are none', async () => {
        const [view, , symbol] = await bench();
        expect(await view.summary(symbol)).toBeUndefined();
        expect(await view.page({ symbol, limit: 10 })).toEqual([]);
        expect(await view.latest(symbol)).toBeUndefined();
        expect(await view.recent({ symbol, limit: 10 })).toEqual([]);
      });

      it('are counted and averaged by symbol, most texts first', async () => {
        const [view, topic, symbol] = await bench();
        const other = `${symbol}-other`;
        const scores = [0.5, -1, 0.25];
        const about = [[symbol], [symbol, other], [symbol]];
        await view.applyScored(
          batch(
            topic,
            0,
            scores.map((score, i) => scored(String(i), about[i] ?? [], score)),
          ),
        );
        const ours = (await view.symbols(100_000)).filter((summary) => summary.symbol.startsWith(symbol));
        expect(ours.map((summary) => [summary.symbol, summary.count, summary.last.id])).toEqual([
          [symbol, 3, '2'],
          [other, 1, '1'],
        ]);
        expect(ours[0]?.mean).toBeCloseTo(-0.25 / 3, 12);
        expect(ours[1]?.mean).toBeCloseTo(-1, 12);
        expect(await view.summary(other)).toEqual(ours[1]);
        expect(await view.symbols(1)).toHaveLength(1);
      });

      it('keep only the newest, but count them all', async () => {
        const [view, topic, symbol] = await bench();
        const texts = Array.from({ length: 500 }, (_, i) => scored(String(i), [symbol]));
        for (let i = 0; i < 500; i += 50) await view.applyScored(batch(topic, i, texts.slice(i, i + 50)));
        const recent = ids(await view.recent({ symbol, limit: 1_000 }));
        expect(recent.length).toBeLessThan(500);
        expect(recent).toEqual(recent.map((_, i) => String(499 - i)));
        const summary = (await view.symbols(100_000)).find((one) => one.symbol === symbol);
        expect(summary?.count).toBe(500);
      });
    });

    describe('the offset fence', () => {
      it('lets a repeated batch change nothing', async () => {
        const [view, topic, symbol] = await bench();
        const texts = ['a', 'b', 'c', 'd'].map((id) => scored(id, [symbol]));
        await view.applyScored(batch(topic, 0, texts.slice(0, 3)));
        await view.applyScored(batch(topic, 0, texts.slice(0, 3)));
        await view.applyScored(batch(topic, 1, texts.slice(1)));
        await view.applyScored(batch(topic, 0, []));
        expect(ids(await view.recent({ symbol, limit: 10 }))).toEqual(['d', 'c', 'b', 'a']);
      });

      it('stands for each topic and partition alone', async () => {
        const [view, topic, symbol] = await bench();
        await view.applyScored(batch(topic, 7, [scored('a', [symbol])]));
        await view.applyScored(batch(topic, 7, [scored('b', [symbol])], 1));
        await view.applyScored(batch(`${topic}-other`, 7, [scored('c', [symbol])]));
        expect(ids(await view.recent({ symbol, limit: 10 }))).toEqual(['c', 'b', 'a']);
      });

      it('holds when two handles apply the same batches at once', async () => {
        const [view, topic, symbol] = await bench();
        const handles = [view, await another()];
        for (let first = 0; first < 30; first += 3) {
          const texts = [0, 1, 2].map((i) => scored(String(first + i), [symbol]));
          await Promise.all(handles.map((handle) => handle.applyScored(batch(topic, first, texts))));
        }
        const recent = ids(await view.recent({ symbol, limit: 100 }));
        expect(recent).toEqual(Array.from({ length: 30 }, (_, i) => String(29 - i)));
      });

      it('holds for index rows', async () => {
        const [view, topic, symbol] = await bench();
        await view.applyIndex(batch(topic, 0, [row(symbol, 60_000, 1), row(symbol, 60_000, 2)]));
        await view.applyIndex(batch(topic, 0, [row(symbol, 60_000, 1)]));
        const query = { symbol, domain: 'all', window: '1m', limit: 10 } as const;
        expect(await view.index(query)).toEqual([row(symbol, 60_000, 2)]);
      });
    });

    describe('index rows', () => {
      it('are found by series and time, newest first', async () => {
        const [view, topic, symbol] = await bench();
        const rows = [3, 1, 2, 5, 4].map((minute) => row(symbol, minute * 60_000));
        const others = [
          { ...row(symbol, 60_000), domain: 'news' as const },
          { ...row(symbol, 60_000), window: '5m' },
          row(`${symbol}-other`, 60_000),
        ];
        await view.applyIndex(batch(topic, 0, [...rows, ...others]));
        const minutes = async (bounds: { from?: number; to?: number; limit: number }) => {
          const found = await view.index({ symbol, domain: 'all', window: '1m', ...bounds });
          return found.map(({ start }) => start / 60_000);
        };
        expect(await minutes({ limit: 10 })).toEqual([5, 4, 3, 2, 1]);
        expect(await minutes({ limit: 2 })).toEqual([5, 4]);
        expect(await minutes({ from: 120_000, to: 240_000, limit: 10 })).toEqual([4, 3, 2]);
        expect(await minutes({ from: 120_001, limit: 10 })).toEqual([5, 4, 3]);
        expect(await view.index({ symbol, domain: 'news', window: '1m', limit: 10 })).toEqual([others[0]]);
        expect(await view.index({ symbol, domain: 'all', window: '5m', limit: 10 })).toEqual([others[1]]);
      });

      it('are replaced by later versions of themselves', async () => {
        const [view, topic, symbol] = await bench();
        await view.applyIndex(batch(topic, 0, [row(symbol, 60_000, 1), row(symbol, 120_000, 1)]));
        await view.applyIndex(batch(topic, 2, [row(symbol, 60_000, 7)]));
        const found = await view.index({ symbol, domain: 'all', window: '1m', limit: 10 });
        expect(found).toEqual([row(symbol, 120_000, 1), row(symbol, 60_000, 7)]);
      });
    });

    describe('a subscription', () => {
      it('is given every text from then on, once and in order, whoever applies it', async () => {
        const [view, topic, symbol] = await bench();
        const other = await another();
        await view.applyScored(batch(topic, 0, [scored('before', [symbol])]));
        const subscriber = await Subscriber.open(view);
        for (let i = 1; i <= 20; i++) {
          await (i % 2 ? view : other).applyScored(batch(topic, i, [scored(String(i), [])]));
        }
        await view.applyScored(batch(topic, 1, [scored('again', [])]));
        await waitUntil('all have come', () => subscriber.ids.length >= 20);
        subscriber.stop();
        await view.applyScored(batch(topic, 21, [scored('after', [])]));
        await settle();
        expect(subscriber.ids).toEqual(Array.from({ length: 20 }, (_, i) => String(i + 1)));
      });

      it('ends when its view is closed', async () => {
        const [view] = await bench();
        let completed = false;
        view.subscribe().subscribe({ complete: () => (completed = true) });
        await view.close();
        await view.close();
        expect(completed).toBe(true);
        await expect(view.latest('SH600519')).rejects.toMatchObject({ code: 'MT_VIEW' });
      });
    });
  });
}
