import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pause, settle, waitUntil } from '../conformance/patience.js';
import { row, scored } from '../conformance/view/samples.js';
import { EventClient } from './event-source.js';
import { openDashboard } from './support.js';

const NO_LIMIT = { rate: { requests: 1_000_000, everyMs: 60_000 } };

const texts = (from: number, count: number, symbols: readonly string[] = []) =>
  Array.from({ length: count }, (_, i) => scored(`t${from + i}`, symbols));
const ids = (from: number, count: number) => texts(from, count).map(({ id }) => id);
/** In one order, whatever the partitions that they came from. */
const sorted = (names: readonly string[]) => names.toSorted();

describe('the stream', () => {
  it('has every text and row from now on, with what is behind it left out', async () => {
    const { at, write, writeRows } = await openDashboard();
    await write(...texts(0, 10));
    const client = await (await EventClient.open(at('/api/stream'))).ready();
    await write(...texts(10, 10));
    await writeRows(row('*', 60_000, 1), row('*', 60_000, 2));
    await waitUntil('all have come', () => client.events.length >= 12);
    expect(sorted(client.texts)).toEqual(sorted(ids(10, 10)));
    const rows = client.events.filter(({ name }) => name === 'index').map(({ data }) => JSON.parse(data));
    expect(rows).toEqual([row('*', 60_000, 1), row('*', 60_000, 2)]);
  });

  it('goes on behind any event, without a gap and without a repetition', async () => {
    const { at, write, writeRows } = await openDashboard();
    const first = await (await EventClient.open(at('/api/stream'))).ready();
    for (let i = 0; i < 30; i += 3) {
      await write(...texts(i, 3));
      await writeRows(row('*', i * 60_000));
    }
    await waitUntil('all have come', () => first.events.length >= 40);
    for (const [i, { id }] of first.events.entries()) {
      const client = await EventClient.open(at('/api/stream'), id);
      const rest = first.events.slice(i + 1).map(({ data }) => data);
      await waitUntil('the rest has come', () => client.events.length >= rest.length);
      expect(sorted(client.events.map(({ data }) => data))).toEqual(sorted(rest));
      client.close();
    }
  });

  it('gives a client that is cut off again and again each text once, while more are written', async () => {
    const { at, write } = await openDashboard(NO_LIMIT);
    const seen: string[] = [];
    let lastId = (await (await EventClient.open(at('/api/stream'))).ready()).lastId;
    let written = 0;
    const writing = (async () => {
      for (; written < 600; written += 6) {
        await write(...texts(written, 6));
        await pause(2);
      }
    })();
    for (let cut = 0; seen.length < 600; cut++) {
      const client = await EventClient.open(at('/api/stream?events=scored'), lastId);
      await waitUntil(
        'some have come',
        () => client.events.length > (cut % 7) * 10 || seen.length + client.events.length >= 600,
      );
      client.close();
      seen.push(...client.texts);
      lastId = client.lastId;
    }
    await writing;
    expect(sorted(seen)).toEqual(sorted(ids(0, 600)));
  });

  it('is filtered by event, symbol and window, and its place moves on all the same', async () => {
    const { at, write, writeRows } = await openDashboard();
    const open = async (query: string) => (await EventClient.open(at(`/api/stream?${query}`))).ready();
    const about = await open('symbol=SH600519');
    const market = await open('symbol=*&window=1m');
    const rowsOnly = await open('events=index&window=5m');
    await write(...texts(0, 2, ['SH600519']), ...texts(2, 2, ['SZ000001']));
    await writeRows(row('*', 1), row('SH600519', 2), { ...row('*', 3), window: '5m' }, row('SZ000001', 4));
    await waitUntil('all have come', () => market.events.length >= 5 && about.events.length >= 3);
    await settle();
    const starts = (client: EventClient) =>
      client.events.filter(({ name }) => name === 'index').map(({ data }) => JSON.parse(data).start);
    expect([sorted(about.texts), starts(about)]).toEqual([['t0', 't1'], [2]]);
    expect([sorted(market.texts), starts(market)]).toEqual([['t0', 't1', 't2', 't3'], [1]]);
    expect([rowsOnly.texts, starts(rowsOnly)]).toEqual([[], [3]]);
  });

  it('says that there is a gap to one who comes from somewhere else', async () => {
    const { at, write } = await openDashboard();
    await write(...texts(0, 4));
    const client = await EventClient.open(at('/api/stream'), 'scored/0:1000,index/0:0');
    await waitUntil('it is told', () => client.events.length === 1);
    expect(client.events[0]?.name).toBe('gap');
    await write(...texts(4, 2));
    await waitUntil('it goes on', () => client.texts.length === 2);
    expect(sorted(client.texts)).toEqual(['t4', 't5']);
  });

  it('refuses what is no place, and more clients than it may have', async () => {
    const { at, get } = await openDashboard({ mostClients: 2 });
    expect((await get('/api/stream?after=nowhere')).status).toBe(400);
    expect((await get('/api/stream?events=rumours')).status).toBe(400);
    const clients = [await EventClient.open(at('/api/stream')), await EventClient.open(at('/api/stream'))];
    const refused = await get('/api/stream');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    clients[0]?.close();
    await waitUntil('there is room again', async () => {
      const client = await EventClient.open(at('/api/stream')).catch(() => undefined);
      return client !== undefined;
    });
  });

  it('cuts off a client that does not read, and keeps the others going', async () => {
    const { url, at, write } = await openDashboard();
    const { port } = new URL(url);
    const lazy = connect(Number(port), '127.0.0.1');
    onTestFinished(() => {
      lazy.destroy();
    });
    lazy.on('error', () => {});
    lazy.write(`GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    lazy.pause();
    const client = await (await EventClient.open(at('/api/stream'))).ready();
    const long = { ...scored('long', []), text: '涨'.repeat(20_000) };
    let count = 0;
    const closed = once(lazy, 'close');
    let isCut = false;
    void closed.then(() => {
      isCut = true;
    });
    // More than the sockets of the system hold.
    for (; count < 600; count += 20) {
      await write(...Array.from({ length: 20 }, () => long));
      await waitUntil('the other has them', () => client.events.length >= count + 20);
    }
    lazy.resume();
    await waitUntil('it is cut off', () => isCut);
    expect(client.isOpen).toBe(true);
  });

  it('reaches 1,000 clients with every text', async () => {
    const { at, write } = await openDashboard(NO_LIMIT);
    const clients: EventClient[] = [];
    for (let i = 0; i < 1_000; i += 50) {
      const opened = Array.from({ length: 50 }, () => EventClient.open(at('/api/stream?events=scored')));
      clients.push(...(await Promise.all(opened)));
    }
    await Promise.all(clients.map((client) => client.ready()));
    for (let i = 0; i < 20; i += 4) await write(...texts(i, 4));
    await waitUntil('all have all', () => clients.every(({ events }) => events.length >= 20));
    const expected = sorted(ids(0, 20));
    for (const client of clients) expect(sorted(client.texts)).toEqual(expected);
  });
});
