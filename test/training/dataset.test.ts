import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReadOptions, readExamples, writeExamples } from '../../src/training/dataset.js';

// Guards: training data is read as written, and what is wrong is named with its file and line.

const LABELS = ['利空', '中性', '利好'];
let folder = '';

async function read(content: string, name = 'data.csv', options?: ReadOptions) {
  const file = join(folder, name);
  await writeFile(file, content);
  return readExamples([file], LABELS, options);
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

  describe('FinNF as published', () => {
    const file = '\uFEFFid,text,label\r\n1,涨,2\r\n2,跌,利空\r\n3,平,不明\r\n4,横,\r\n';
    beforeAll(() => mkdir(join(folder, 'forum')));

    it('has names or numbers for labels, other labels, and folders for domains', async () => {
      const examples = await read(file, 'forum/valid.csv', { unknownLabel: '中性' });
      expect(examples.map(({ label }) => label)).toEqual([2, 0, 1, 1]);
      expect(new Set(examples.map(({ domain }) => domain))).toEqual(new Set(['forum']));
    });

    it('says what to do about other labels', async () => {
      await expect(read(file, 'forum/valid.csv')).rejects.toMatchObject({
        message: expect.stringMatching(/valid\.csv:4: label 不明 is none of/),
        remedy: expect.stringContaining('--unknown-label'),
      });
      await expect(read(file, 'forum/valid.csv', { unknownLabel: '平' })).rejects.toMatchObject({
        code: 'MT_CONFIG',
      });
    });

    it('may have a column for the domain, which the folder does not overrule', async () => {
      const [example] = await read('id,text,label,domain\n1,涨,2,news\n', 'forum/test.csv');
      expect(example?.domain).toBe('news');
    });
  });

  it.each([
    ['a number that is no label', 'id,text,label\n1,涨,3\n', /data\.csv:2: label 3 is none of/],
    ['an unknown label', 'id,text,label\n1,涨,利好\n2,涨,大涨\n', /data\.csv:3: label 大涨 is none of/],
    ['a missing column', 'id,label\n1,利好\n', /data\.csv:2: column text/],
    ['a row of another width', 'id,text,label\n1,涨\n', /data\.csv: .*line 2/],
    ['no rows', 'id,text,label\n', /no examples/],
  ])('names %s', async (_what, content, message) => {
    const failure = read(content);
    await expect(failure).rejects.toMatchObject({ code: 'MT_DATA' });
    await expect(failure).rejects.toThrow(message);
  });

  it('reads what writeExamples writes, whatever is in it', async () => {
    const field = fc.string({ unit: fc.constantFrom('涨', 'a', ',', '"', '\n', '\r', ' ', '\uFEFF') });
    const example = fc.record({
      id: field,
      text: field.filter((text) => text !== ''),
      label: fc.nat(2),
      domain: field,
      source: field,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(example, { minLength: 1, maxLength: 4 }), async (examples) => {
        const file = join(folder, 'train.csv');
        await writeExamples(file, examples, LABELS);
        expect(await readExamples([file], LABELS)).toEqual(examples);
      }),
    );
  });

  it('names a file that is not there', async () => {
    await expect(readExamples([join(folder, 'none.csv')], LABELS)).rejects.toMatchObject({ code: 'MT_DATA' });
  });
});
