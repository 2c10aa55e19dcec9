import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { archiveOf, readRows as read } from './rows.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-input-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('CSV', () => {
  it('reads a byte order mark, either line ending, quotes, and line breaks within quotes', async () => {
    const text = '\uFEFFid,text\r\na,"涨停\n""龙头"" 来了"\r\nb,他说"好"\nc,"甲,乙"';
    expect(await read(file('odd.csv', text))).toEqual([
      '2 a: 涨停\n"龙头" 来了',
      '4 b: 他说"好"',
      '5 c: 甲,乙',
    ]);
  });

  it('finds columns by their usual names, in any order, or takes those that are named', async () => {
    const text = '标题,编号,正文\n题,7,文\n';
    expect(await read(file('chinese.csv', text))).toEqual(['2 7: 【题】文']);
    expect(await read(file('chinese.csv', text), { text: '标题' })).toEqual(['2 7: 题']);
  });

  it('numbers the rows where there is no id', async () => {
    expect(await read(file('no-id.csv', 'text\n涨\n\n跌\n'))).toEqual(['2 1: 涨', '4 2: 跌']);
  });

  it('names the columns that there are when one is missing', async () => {
    await expect(read(file('no-text.csv', 'id,label\n1,x\n'))).rejects.toThrow(/columns id, label, but none/);
    await expect(read(file('no-text.csv', 'id,label\n1,x\n'), { text: 'label', id: 'key' })).rejects.toThrow(
      /but no key/,
    );
  });

  it('rejects single rows: too few fields, broken UTF-8, a quote that is never closed', async () => {
    const rows = ['id,text', '1,好', '2', '3,x,y', '4,"跌', '5,涨', ''].join('\n');
    expect(await read(file('rows.csv', rows))).toEqual(['2 1: 好', '3 MT_DATA', '4 MT_DATA', '5 MT_DATA']);
    const bytes = Buffer.concat([
      Buffer.from('id,text\n1,'),
      Buffer.from([0xd5, 0xc7]),
      Buffer.from('\n2,涨\n'),
    ]);
    expect(await read(file('gbk.csv', bytes))).toEqual(['2 MT_ENCODING', '3 2: 涨']);
  });

  it('reads an empty file and a bare header as no rows', async () => {
    expect(await read(file('empty.csv', ''))).toEqual([]);
    expect(await read(file('header.csv', 'id,text\n'))).toEqual([]);
  });

  it('gives up on a row that never ends', async () => {
    const endless = `id,text\n1,"${'x'.repeat(17 * 2 ** 20)}`;
    await expect(read(file('endless.csv', endless))).rejects.toThrow(/more than 16 MB/);
  });

  it('reads tabs in a .tsv', async () => {
    expect(await read(file('tabs.tsv', 'id\ttext\n1\t甲,乙\n'))).toEqual(['2 1: 甲,乙']);
  });
});

describe('NDJSON', () => {
  it('reads objects, numbers as ids, blank lines and a last line without its end', async () => {
    const text = '\uFEFF{"id":1,"text":"涨"}\r\n\n{"id":"b","content":"跌"}\n{"text":"平"}';
    expect(await read(file('rows.ndjson', text))).toEqual(['1 1: 涨', '3 b: 跌', '4 3: 平']);
  });

  it('rejects single lines', async () => {
    const lines = [
      '{"id":1,',
      '[1]',
      '{"id":1}',
      '{"id":{},"text":"x"}',
      '{"id":1,"text":2}',
      '{"text":"好"}',
    ];
    const codes = ['1 MT_JSON', '2 MT_RECORD', '3 MT_RECORD', '4 MT_RECORD', '5 MT_RECORD', '6 6: 好'];
    expect(await read(file('bad.jsonl', lines.join('\n')))).toEqual(codes);
    expect(await read(file('bytes.jsonl', Buffer.from([0x22, 0xff, 0x22, 0x0a])))).toEqual(['1 MT_ENCODING']);
  });
});

describe('compressed files', () => {
  const csv = `id,text\n${Array.from({ length: 5000 }, (_, i) => `${i},第${i}条`).join('\n')}\n`;

  it('unpacks .gz, also in several members', async () => {
    const half = csv.length / 2;
    const bytes = Buffer.concat([gzipSync(csv.slice(0, half)), gzipSync(csv.slice(half))]);
    const rows = await read(file('rows.csv.gz', bytes));
    expect(rows).toHaveLength(5000);
    expect(rows.at(-1)).toBe('5001 4999: 第4999条');
  });

  // A frame of raw blocks that was written by hand: magic, one segment, 8 bytes, one last raw block.
  const frame = Buffer.concat([
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 8, 0x41, 0, 0]),
    Buffer.from('text\n好'),
  ]);

  it('unpacks .zst, also in several frames', async () => {
    expect(await read(file('rows.csv.zst', frame))).toEqual(['2 1: 好']);
    expect(await read(file('twice.csv.zst', Buffer.concat([frame, frame])))).toEqual([
      '2 1: 好text',
      '3 2: 好',
    ]);
  });

  it('reports a file that was cut off', async () => {
    const cut = gzipSync(csv).subarray(0, 1000);
    await expect(read(file('cut.csv.gz', cut))).rejects.toMatchObject({ code: 'MT_FILE' });
    await expect(read(file('cut.csv.zst', frame.subarray(0, 12)))).rejects.toMatchObject({ code: 'MT_FILE' });
  });
});

describe('openArchive', () => {
  it('reports files that are not there or of an unknown kind', async () => {
    await expect(read(join(folder, 'absent.csv'))).rejects.toMatchObject({ code: 'MT_FILE' });
    await expect(read(file('rows.xlsx', ''))).rejects.toThrow(/unknown kind/);
  });

  it('counts the bytes that are read, of all files', async () => {
    const files = [file('one.csv', 'text\n涨\n'), file('two.ndjson', '{"text":"跌"}\n')];
    const input = await archiveOf(files);
    for await (const _ of input.rows);
    expect(input.bytes).toBe(9 + 15);
    expect(input.bytesRead()).toBe(input.bytes);
  });
});
