import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEmbeddedTransport } from '../../../src/transport/embedded/transport.js';
import type { Transport } from '../../../src/transport/transport.js';
import { numbered, numbers, Reader, texts } from '../../conformance/transport/reader.js';

describe('openEmbeddedTransport', () => {
  let folder: string;
  const opened: Transport[] = [];
  const open = () => {
    const log = openEmbeddedTransport(folder);
    opened.push(log);
    return log;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'moodtape-log-'));
  });
  afterEach(async () => {
    for (const log of opened.splice(0)) await log.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('finds topics, records and offsets again', async () => {
    const before = open();
    await before.ensureTopics([{ name: 't', partitions: 1 }]);
    await before.append(numbered('t', 5));
    const first = new Reader(before, { group: 'g', topics: ['t'], maxRecords: 3 }, async (poll) => {
      if (poll.nextOffset > 3n) return false;
      await (await poll.begin()).commit();
      return true;
    });
    await first.hasDone(3);
    await before.close();

    const after = open();
    const second = new Reader(after, { group: 'g', topics: ['t'] });
    await second.hasDone(2);
    expect(texts(second.done)).toEqual(['3', '4']);
  });

  it('keeps the records of topics apart, whoever creates them at the same time', async () => {
    const logs = [open(), open(), open()];
    await Promise.all(
      logs.map((log, i) =>
        log.ensureTopics([
          { name: 'shared', partitions: 2 },
          { name: `own-${i}`, partitions: 3 },
        ]),
      ),
    );
    await Promise.all(logs.map((log, i) => log.append(numbered(`own-${i}`, 10 + i, 5))));
    for (const [i, log] of logs.entries()) {
      const reader = new Reader(log, { group: 'g', topics: [`own-${i}`] });
      await reader.hasDone(10 + i);
      const lag = await log.lag('g', [`own-${i}`]);
      expect(lag.reduce((sum, { end }) => sum + Number(end), 0)).toBe(10 + i);
    }
  });

  it('drops records beyond their retention as others are appended', async () => {
    const log = open();
    await log.ensureTopics([{ name: 't', partitions: 1, retentionMs: 60_000 }]);
    const old = numbered('t', 100).map((record) => ({ ...record, timestamp: Date.now() - 120_000 }));
    for (const record of old) await log.append([record]);
    await log.append(numbered('t', 1));
    const reader = new Reader(log, { group: 'g', topics: ['t'] });
    await reader.hasDone(1);
    expect(reader.done.map(({ offset }) => offset)).toEqual([100n]);
    expect(await log.lag('g', ['t'])).toEqual([{ topic: 't', partition: 0, committed: 101n, end: 101n }]);
    expect(await log.lag('newcomer', ['t'])).toMatchObject([{ committed: 100n }]);
  });

  it('keeps records for ever when a topic names no retention', async () => {
    const log = open();
    await log.ensureTopics([{ name: 't', partitions: 1 }]);
    await log.append(numbered('t', 20).map((record) => ({ ...record, timestamp: 0 })));
    await log.append(numbered('t', 1));
    const reader = new Reader(log, { group: 'g', topics: ['t'] });
    await reader.hasDone(21);
    expect(texts(reader.done)).toEqual([...numbers(20), '0']);
  });

  it('says why a folder cannot be used', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => openEmbeddedTransport(file)).toThrow(/cannot open/);
  });

  it('refuses a topic without partitions', async () => {
    await expect(open().ensureTopics([{ name: 't', partitions: 0 }])).rejects.toMatchObject({
      code: 'MT_TRANSPORT',
    });
  });
});
