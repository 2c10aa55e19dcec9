import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Zstd } from '@hpcc-js/wasm-zstd';
import { ByteWriter, type ColumnSource, parquetWrite } from 'hyparquet-writer';
import { afterAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors.js';
import { readRows } from './rows.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-malformed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CSV = `id,text\n${Array.from({ length: 2000 }, (_, i) => `${i},第${i}条快讯`).join('\n')}\n`;
const GZ = gzipSync(CSV);
const ZST = Buffer.from((await Zstd.load()).compress(Buffer.from(CSV)));
const GBK = Buffer.from([0xd5, 0xc7]);
const TOO_LONG = 'x'.repeat(17 * 2 ** 20);

function parquet(columnData: ColumnSource[]): Buffer {
  const writer = new ByteWriter();
  parquetWrite({ writer, columnData, codec: 'UNCOMPRESSED' });
  return Buffer.from(writer.getBytes());
}

const PARQUET = parquet([
  { name: 'id', data: ['a', 'b'] },
  { name: 'text', data: ['涨停板上', '跌停板下'] },
]);

const bytes = (...parts: readonly (string | Buffer)[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part)));
const damaged = (whole: Buffer, at: number, length = 8) =>
  bytes(whole.subarray(0, at), Buffer.alloc(length, 0xff), whole.subarray(at + length));
const without = (whole: Buffer, found: string, put: Buffer) => {
  const at = whole.indexOf(found);
  return bytes(whole.subarray(0, at), put, whole.subarray(at + put.length));
};

describe('a file that cannot be read as a whole', () => {
  it.each<[what: string, name: string, content: string | Buffer | undefined, code: ErrorCode, says: RegExp]>([
    ['is not there', 'absent.csv', undefined, 'MT_FILE', /absent\.csv: ENOENT/],
    ['is of an unknown kind', 'rows.xlsx', '', 'MT_FILE', /rows\.xlsx is of an unknown kind/],
    ['is Parquet, packed', 'rows.parquet.gz', gzipSync(PARQUET), 'MT_FILE', /compressed within/],
    [
      'is a workbook',
      'book.csv',
      bytes('PK\u0003\u0004', 'rest'),
      'MT_FILE',
      /book\.csv is a zip archive or/,
    ],
    ['is gzip without its ending', 'packed.csv', GZ, 'MT_FILE', /packed\.csv is packed with gzip/],
    ['is Zstandard without its ending', 'packed.tsv', ZST, 'MT_FILE', /is packed with Zstandard/],
    ['is packed twice', 'twice.csv.gz', gzipSync(GZ), 'MT_FILE', /twice\.csv\.gz is packed with gzip/],
    ['is Parquet by another name', 'columns.ndjson', PARQUET, 'MT_FILE', /is a Parquet file/],
    ['is UTF-16', 'wide.csv', Buffer.from(`\uFEFF${CSV}`, 'utf16le'), 'MT_ENCODING', /wide\.csv is UTF-16/],
    [
      'has a header in GBK',
      'gbk.csv',
      bytes('id,', GBK, '\n1,x\n'),
      'MT_ENCODING',
      /header of .*gbk\.csv is not/,
    ],
    [
      'is gzip, cut off',
      'cut.csv.gz',
      GZ.subarray(0, 900),
      'MT_FILE',
      /cut\.csv\.gz: unexpected end of file/,
    ],
    ['is gzip, damaged', 'hurt.csv.gz', damaged(GZ, 500), 'MT_FILE', /cannot read .*hurt\.csv\.gz/],
    ['is no gzip', 'plain.csv.gz', CSV, 'MT_FILE', /plain\.csv\.gz: incorrect header check/],
    ['is Zstandard, cut off', 'cut.csv.zst', ZST.subarray(0, 900), 'MT_FILE', /cannot read .*cut\.csv\.zst/],
    ['is no Zstandard', 'plain.csv.zst', CSV, 'MT_FILE', /cannot read .*plain\.csv\.zst/],
    [
      'has no column of texts',
      'labels.csv',
      'id,label\n1,x\n',
      'MT_DATA',
      /columns id, label, but none that/,
    ],
    ['has two columns of one name', 'two.csv', 'id,text,text\n1,x,y\n', 'MT_DATA', /two columns text/],
    ['has tabs in a .csv', 'tabs.csv', 'id\ttext\n1\t涨\n', 'MT_DATA', /but none that holds the text/],
    ['has semicolons', 'excel.csv', 'id;text\n1;涨\n', 'MT_DATA', /columns id;text, but none/],
    ['is a page', 'page.csv', '<!DOCTYPE html>\n<p>404</p>\n', 'MT_DATA', /but none that holds the text/],
    ['has a row without end', 'endless.csv', `id,text\n1,"${TOO_LONG}`, 'MT_DATA', /more than 16 MB/],
    [
      'has a line without end',
      'endless.ndjson',
      `{"text":"涨"}\n"${TOO_LONG}`,
      'MT_DATA',
      /:2 is a line of more/,
    ],
    ['is empty Parquet', 'empty.parquet', '', 'MT_FILE', /cannot read .*empty\.parquet/],
    ['is no Parquet', 'text.parquet', CSV, 'MT_FILE', /cannot read .*text\.parquet/],
    ['is Parquet, cut off', 'cut.parquet', PARQUET.subarray(0, -20), 'MT_FILE', /cannot read .*cut\.parquet/],
    [
      'is Parquet, damaged',
      'hurt.parquet',
      damaged(PARQUET, 4, 20),
      'MT_FILE',
      /cannot read .*hurt\.parquet/,
    ],
    [
      'is Parquet without texts',
      'ids.parquet',
      parquet([{ name: 'id', data: ['a'] }]),
      'MT_DATA',
      /columns id, but none that holds the text/,
    ],
  ])('%s', async (_, name, content, code, says) => {
    const path = join(folder, name);
    if (content !== undefined) writeFileSync(path, content);
    const reading = readRows(path);
    await expect(reading).rejects.toThrow(says);
    await expect(reading).rejects.toMatchObject({ code, remedy: expect.stringMatching(/./) });
  });

  it('is a folder', async () => {
    mkdirSync(join(folder, 'folder.csv'));
    await expect(readRows(join(folder, 'folder.csv'))).rejects.toThrow(/is a folder/);
  });

  it('is none, for a pattern', async () => {
    await expect(readRows(join(folder, 'none-*.csv'))).rejects.toThrow(/no file fits/);
  });
});

describe('a file of which single rows are bad', () => {
  it.each<[what: string, name: string, content: string | Buffer, rows: string[]]>([
    ['GBK among UTF-8', 'some-gbk.csv', bytes('id,text\n1,', GBK, '\n2,涨\n'), ['2 MT_ENCODING', '3 2: 涨']],
    ['too few fields', 'few.csv', 'id,text\n1\n2,涨\n', ['2 MT_DATA', '3 2: 涨']],
    ['a comma that is not quoted', 'many.csv', 'id,text\n1,涨,停\n2,涨\n', ['2 MT_DATA', '3 2: 涨']],
    ['a quote that is never closed', 'open.csv', 'id,text\n1,涨\n2,"涨\n3,涨\n', ['2 1: 涨', '3 MT_DATA']],
    ['no id', 'no-id.csv', 'id,text\n,涨\n2,跌\n', ['2 MT_RECORD', '3 2: 跌']],
    [
      'a time that is none',
      'time.csv',
      'id,text,publishedAt\n1,涨,明天\n2,跌,2024-01-05\n',
      ['2 MT_TIME', '3 2: 跌'],
    ],
    ['a line torn at its end', 'torn.ndjson', '{"id":1,"text":"涨"}\n{"id":2,"te', ['1 1: 涨', '2 MT_JSON']],
    ['a JSON array', 'array.ndjson', '[{"id":1,"text":"涨"}]\n', ['1 MT_RECORD']],
    ['JSON over several lines', 'pretty.ndjson', '{\n"id": 1\n}\n', ['1 MT_JSON', '2 MT_JSON', '3 MT_JSON']],
    ['a text that is none', 'number.ndjson', '{"id":1,"text":2}\n', ['1 MT_RECORD']],
    ['no text', 'no-text.ndjson', '{"id":1}\n{"id":2,"text":"涨"}\n', ['1 MT_RECORD', '2 2: 涨']],
    ['an id that is none', 'id.ndjson', '{"id":{},"text":"涨"}\n', ['1 MT_RECORD']],
    ['bytes that are no text', 'bytes.ndjson', bytes('{"id":1,"text":"', GBK, '"}\n'), ['1 MT_ENCODING']],
    [
      'a column of numbers',
      'numbers.parquet',
      parquet([{ name: 'text', data: [1, 2], type: 'INT32' }]),
      ['1 MT_RECORD', '2 MT_RECORD'],
    ],
    [
      'Parquet with a text that is not UTF-8',
      'gbk.parquet',
      without(PARQUET, '跌停板下', Buffer.concat([GBK, Buffer.from('d')])),
      ['1 a: 涨停板上', '2 MT_ENCODING'],
    ],
  ])('%s', async (_, name, content, rows) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    expect(await readRows(path)).toEqual(rows);
  });
});

it('a column that is named and not there', async () => {
  const path = join(folder, 'named.csv');
  writeFileSync(path, 'id,text\n1,涨\n');
  await expect(readRows(path, { publishedAt: 'ctime' })).rejects.toMatchObject({
    code: 'MT_DATA',
    remedy: 'name the column with --columns publishedAt=NAME',
  });
});
