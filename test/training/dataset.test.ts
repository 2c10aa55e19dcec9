import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readExamples } from '../../src/training/dataset.js';

// Guards: training data is read as written, and what is wrong is named with its file and line.

const LABELS = ['利空', '中性', '利好'];
let folder = '';

async function read(content: string) {
  const file = join(folder, 'data.csv');
  await writeFile(file, content);
  return readExamples([file], LABELS);
}

describe('readExamples', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'moodtape-data-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('reads quotes, line breaks and a byte order mark', async () => {
    const examples = await read(
      '\uFEFFid,text,label,domain,source\n1,"涨,停\n了",利好,forum,guba\n2,跌了,利空,news,x\n',
    );
    expect(examples).toEqual([
      { id: '1', text: '涨,停\n了', label: 2, domain: 'forum', source: 'guba' },
      { id: '2', text: '跌了', label: 0, domain: 'news', source: 'x' },
    ]);
  });

  it('does without domain and source', async () => {
    expect(await read('id,text,label\n1,涨,利好\n')).toEqual([
      { id: '1', text: '涨', label: 2, domain: '', source: '' },
    ]);
  });

  it.each([
    ['an unknown label', 'id,text,label\n1,涨,利好\n2,涨,大涨\n', /data\.csv:3: label 大涨 is none of/],
    ['a missing column', 'id,label\n1,利好\n', /data\.csv:2: column text/],
    ['a row of another width', 'id,text,label\n1,涨\n', /data\.csv: .*line 2/],
    ['no rows', 'id,text,label\n', /no examples/],
  ])('names %s', async (_what, content, message) => {
    const failure = read(content);
    await expect(failure).rejects.toMatchObject({ code: 'MT_DATA' });
    await expect(failure).rejects.toThrow(message);
  });

  it('names a file that is not there', async () => {
    await expect(readExamples([join(folder, 'none.csv')], LABELS)).rejects.toMatchObject({ code: 'MT_DATA' });
  });
});
