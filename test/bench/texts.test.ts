import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readTexts } from '../../src/bench/texts.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-bench-texts-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  for (const domain of ['news', 'forum']) {
    mkdirSync(join(folder, domain));
    writeFileSync(join(folder, domain, 'test.csv'), `id,text,label\n1,${domain} 一,利好\n2,两处都有,利空\n`);
    writeFileSync(join(folder, domain, 'train.csv'), 'id,text,label\n1,不读,利好\n');
  }
});

it('reads the test files of a folder, each text once, in the same order in every run', async () => {
  const texts = await readTexts([folder], 3);
  expect(texts.toSorted()).toEqual(['forum 一', 'news 一', '两处都有']);
  expect(await readTexts([folder], 3)).toEqual(texts);
});

it('numbers texts that repeat, so that all are different', async () => {
  const texts = await readTexts([join(folder, 'news', 'test.csv')], 5);
  expect(new Set(texts).size).toBe(5);
  expect(texts[2]).toBe(`${texts[0]}（1）`);
});

it('takes the demo feed when it is given nothing, and leaves its broken lines out', async () => {
  const texts = await readTexts([], 800);
  expect(new Set(texts).size).toBe(800);
});

it('says what is missing', async () => {
  mkdirSync(join(folder, 'empty'));
  await expect(readTexts([join(folder, 'empty')], 1)).rejects.toMatchObject({ code: 'MT_FILE' });
  await expect(readTexts([join(folder, 'absent')], 1)).rejects.toMatchObject({ code: 'MT_FILE' });
});
