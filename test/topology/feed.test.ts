import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { replay } from '../../src/topology/feed.js';
import { renewer } from '../../src/topology/renew.js';
import type { OutgoingRecord, Transport } from '../../src/transport/transport.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-feed-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'feed.ndjson');
writeFileSync(file, '{"id":"a","publishedAt":"2026-03-02"}\n\nbroken\n{"id":"b","publishedAt":"soon"}\n');

/** Where a feed writes, and nothing else. */
function sink(onAppend: (records: readonly OutgoingRecord[]) => void = () => {}) {
  const written: string[] = [];
  const append = async (records: readonly OutgoingRecord[]) => {
    written.push(...records.map(({ value }) => Buffer.from(value ?? []).toString()));
    onAppend(records);
  };
  const refuse = () => {
    throw new Error('a feed only appends');
  };
  const transport: Transport = {
    append,
    ensureTopics: refuse,
    consume: refuse,
    lag: refuse,
    offsetsAt: refuse,
    read: refuse,
    tail: refuse,
    close: refuse,
  };
  return { transport, written };
}

const feed = { file, topic: 'raw.news', rate: 0, loop: false };

describe('replay', () => {
  it('writes the lines as they are, broken ones too', async () => {
    const { transport, written } = sink();
    await replay(feed, transport, new AbortController().signal);
    expect(written).toEqual([
      '{"id":"a","publishedAt":"2026-03-02"}',
      'broken',
      '{"id":"b","publishedAt":"soon"}',
    ]);
  });

  it('begins again at the end when it loops, with new ids, until it is stopped', async () => {
    const stop = new AbortController();
    const { transport, written } = sink(() => {
      if (written.length >= 7) stop.abort();
    });
    await replay({ ...feed, rate: 1000, loop: true }, transport, stop.signal);
    const ids = written.filter((line) => line !== 'broken').map((line) => JSON.parse(line).id);
    expect(ids.length).toBeGreaterThanOrEqual(4);
    for (const id of ids) expect(id).toMatch(/^[ab]-[0-9a-z]+$/);
  });

  it('names the file that it cannot read', async () => {
    const { transport } = sink();
    const absent = join(folder, 'absent.ndjson');
    await expect(replay({ ...feed, file: absent }, transport, new AbortController().signal)).rejects.toThrow(
      `cannot read ${absent}`,
    );
  });
});

describe('renewer', () => {
  const renew = (line: string) => Buffer.from(renewer(1e12)(Buffer.from(line))).toString();

  it('gives a record a new id and the present time', () => {
    const before = Date.now();
    const { id, publishedAt, text } = JSON.parse(renew('{"id":"a","text":"涨","publishedAt":1772414104}'));
    expect(id).toBe(`a-${(1e12).toString(36)}`);
    expect(text).toBe('涨');
    expect(Date.parse(publishedAt)).toBeGreaterThanOrEqual(before);
  });

  it('leaves what is broken as it is', () => {
    for (const line of ['{"id":', '[1]', 'null', '<html>']) expect(renew(line)).toBe(line);
    expect(JSON.parse(renew('{"id":7,"publishedAt":"2026-02-30"}'))).toEqual({
      id: 7,
      publishedAt: '2026-02-30',
    });
    expect(renew('{"__proto__":{"x":1}}')).toBe('{"__proto__":{"x":1}}');
    const gb18030 = Buffer.from([0x22, 0xd5, 0xc7, 0x22]);
    expect(renewer(0)(gb18030)).toBe(gb18030);
  });
});
