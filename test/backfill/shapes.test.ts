import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ByteWriter, parquetWrite } from 'hyparquet-writer';
import { afterAll, describe, expect, it } from 'vitest';
import { parseColumns } from '../../src/backfill/columns.js';
import type { Row } from '../../src/backfill/row.js';
import { archiveOf } from './rows.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-shapes-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function firstRow(name: string, content: string | Uint8Array, columns = {}): Promise<Row | undefined> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  writeFileSync(path, content);
  for await (const row of (await archiveOf([path], { columns })).rows) return row;
  return undefined;
}

/** 2024-01-05 09:30 in Shanghai. */
const TIME = Date.UTC(2024, 0, 5, 1, 30);

describe('a known feed', () => {
  it.each<[shape: string, what: string, name: string, content: string, expected: object]>([
    [
      'moodtape',
      'a news item',
      'item.ndjson',
      '{"id":7,"title":"题","text":"文","publishedAt":"2024-01-05T01:30:00Z","symbols":["600519.SH"]}',
      { id: '7', text: '【题】文', publishedAt: TIME, symbols: ['600519.SH'], domain: 'news' },
    ],
    [
      'moodtape',
      'a forum post',
      'post.ndjson',
      '{"id":"p","text":"文","publishedAt":1704418200,"symbol":"600519","board":"SH688981","domain":"forum"}',
      { id: 'p', text: '文', publishedAt: TIME, symbols: ['600519', 'SH688981'], domain: 'forum' },
    ],
    [
      'finnf',
      'a split',
      'forum/test.csv',
      'id,text,label\n1,涨,2\n',
      { id: '1', text: '涨', publishedAt: null, symbols: [], domain: 'forum' },
    ],
    [
      'cls-telegraph',
      'its site',
      'cls.ndjson',
      '{"id":1,"ctime":1704418200,"title":"","content":"【题】文","brief":"文","stock_list":[{"name":"贵州茅台","StockID":"sh600519"}]}',
      { id: '1', text: '【题】文', publishedAt: TIME, symbols: ['sh600519'], domain: 'news' },
    ],
    [
      'cls-telegraph',
      'its site, by way of pandas',
      'cls.csv',
      `id,ctime,title,content,stock_list\n1,1704418200,题,文,"[{'name': '贵州茅台', 'StockID': 'sh600519'}]"\n`,
      { id: '1', text: '【题】文', publishedAt: TIME, symbols: ['sh600519'], domain: 'news' },
    ],
    [
      'cls-telegraph',
      'akshare',
      'ak-cls.csv',
      '标题,内容,发布日期,发布时间\n题,文,2024-01-05,09:30:00\n',
      { id: '1', text: '【题】文', publishedAt: TIME, domain: 'news' },
    ],
    [
      'eastmoney-guba',
      'its site',
      'guba.ndjson',
      '{"post_id":9,"post_title":"题","post_content":"文","post_publish_time":"2024-01-05 09:30:00","stockbar_code":"600519"}',
      { id: '9', text: '【题】文', publishedAt: TIME, symbols: ['600519'], domain: 'forum' },
    ],
    [
      'eastmoney-guba',
      'a bar of a topic',
      'topic.csv',
      'post_id,post_title,stockbar_code\n9,题,cjpl\n',
      { id: '9', text: '题', publishedAt: null, symbols: [], domain: 'forum' },
    ],
    [
      'eastmoney-guba',
      'a crawler',
      'crawled.csv',
      '阅读,评论,标题,作者,更新时间\n1,2,题,某,01-05 09:30\n',
      { id: '1', text: '题', publishedAt: null, domain: 'forum' },
    ],
    [
      'akshare-news',
      'stock_news_em',
      'em.csv',
      '关键词,新闻标题,新闻内容,发布时间,文章来源,新闻链接\n600519,题,文,2024-01-05 09:30:00,某报,http://x/1\n',
      { id: 'http://x/1', text: '【题】文', publishedAt: TIME, symbols: ['600519'], domain: 'news' },
    ],
    [
      'akshare-news',
      'stock_info_global_em',
      'global.csv',
      '标题,摘要,发布时间,链接\n题,文,2024-01-05 09:30:00,http://x/1\n',
      { id: 'http://x/1', text: '【题】文', publishedAt: TIME },
    ],
    [
      'akshare-news',
      'stock_info_global_sina',
      'sina.csv',
      '时间,内容\n2024-01-05 09:30:00,文\n',
      { id: '1', text: '文', publishedAt: TIME },
    ],
    [
      'akshare-news',
      'news_cctv',
      'cctv.csv',
      'date,title,content\n20240105,题,文\n',
      { text: '【题】文', publishedAt: Date.UTC(2024, 0, 4, 16) },
    ],
    [
      'usual',
      'any other table',
      'other.tsv',
      '编号\t正文\t发布时间\n3\t文\t2024年1月5日 09:30\n',
      { id: '3', text: '文', publishedAt: TIME },
    ],
  ])('%s: %s', async (shape, _, name, content, expected) => {
    expect(await firstRow(name, content)).toMatchObject({ shape, content: expected });
  });
});

describe('columns that a user names', () => {
  it('win over those of a shape, and an empty name means none', async () => {
    const row = await firstRow('own.csv', '标题,摘要,发布时间,链接,全文\n题,短,明天,x,长\n', {
      ...(await parseColumns('text=全文, publishedAt=')),
    });
    expect(row).toMatchObject({ content: { id: 'x', text: '【题】长', publishedAt: null } });
  });

  it('may stand in a file', async () => {
    const file = join(folder, 'columns.yaml');
    writeFileSync(file, 'text: content\npublishedAt: ctime\n');
    expect(await parseColumns(file)).toEqual({ text: 'content', publishedAt: 'ctime' });
  });

  it('are refused where no row has such a thing', async () => {
    await expect(parseColumns('words=content')).rejects.toMatchObject({ code: 'MT_CONFIG' });
    await expect(parseColumns(join(folder, 'absent.yaml'))).rejects.toMatchObject({ code: 'MT_FILE' });
  });
});

describe('Parquet', () => {
  it('has times with a zone, without one (Shanghai), and as days; ids as numbers', async () => {
    const writer = new ByteWriter();
    const local = new Date(TIME + 8 * 3_600_000);
    parquetWrite({
      writer,
      schema: [
        { name: 'root', num_children: 3 },
        { name: 'id', type: 'INT64', repetition_type: 'REQUIRED' },
        { name: 'text', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
        {
          name: 'publishedAt',
          type: 'INT64',
          repetition_type: 'OPTIONAL',
          converted_type: 'TIMESTAMP_MICROS',
          logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS' },
        },
      ],
      columnData: [
        { name: 'id', data: [7n] },
        { name: 'text', data: ['文'] },
        { name: 'publishedAt', data: [local] },
      ],
    });
    expect(await firstRow('pandas.parquet', writer.getBytes())).toMatchObject({
      shape: 'moodtape',
      place: { row: 1 },
      content: { id: '7', text: '文', publishedAt: TIME },
    });
  });
});

it('files of a pattern come in the order of their names, each once', async () => {
  for (const day of ['03', '01', '02']) writeFileSync(join(folder, `day-${day}.csv`), `id,text\n${day},文\n`);
  const { rows } = await archiveOf([join(folder, 'day-02.csv'), join(folder, 'day-*.csv')]);
  const ids: unknown[] = [];
  for await (const { content } of rows) ids.push('id' in content && content.id);
  expect(ids).toEqual(['02', '01', '03']);
});
