import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prepareRefit, readRequest, readTexts } from '../../../src/refit/candidate/refit-folder.js';
import type { RefitRequest } from '../../../src/refit/candidate/refit-request.js';
import { DEFAULT_REFIT } from '../../../src/refit/candidate/refit-settings.js';
import { gateSettingsSchema } from '../../../src/refit/gate/gate.js';
import { type Example, writeExamples } from '../../../src/training/dataset.js';
import { saveTinyBundle } from '../../fixtures/tiny-bundle.js';

// Guards: what a refit is judged on it never learns from, and its folder is there as a whole or not at all.

const LABELS = ['利空', '中性', '利好'];
const folder = mkdtempSync(join(tmpdir(), 'moodtape-refit-folder-'));
const path = (name: string) => join(folder, name);
const example = (text: string, label = 0, domain = 'forum'): Example => ({
  id: text,
  text,
  label,
  domain,
  source: '',
});
const texts = (word: string, count: number) =>
  Array.from({ length: count }, (_, i) => example(`${word} ${i}`));

beforeAll(async () => {
  await saveTinyBundle(path('incumbent'));
  await writeExamples(path('golden.csv'), texts('golden', 5), LABELS);
  await writeExamples(
    path('old.csv'),
    [...texts('old', 40), ...texts('golden', 5), ...texts('new', 3)],
    LABELS,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const request = (more: Partial<RefitRequest>): RefitRequest => ({
  incumbent: path('incumbent'),
  texts: texts('new', 20),
  holdout: texts('held', 4),
  golden: [path('golden.csv')],
  settings: DEFAULT_REFIT,
  gate: gateSettingsSchema.parse({}),
  ...more,
});

async function learnedFrom(name: string): Promise<Example[]> {
  const sets = [await readTexts(path(name), 'train', LABELS), await readTexts(path(name), 'valid', LABELS)];
  return sets.flat();
}
const wordsOf = (all: readonly Example[]) => new Set(all.map(({ text }) => text.split(' ')[0]));

it('learns from no text of the holdout or the golden set, and from each text once, with its last label', async () => {
  const given = [...texts('new', 20), ...texts('held', 4), ...texts('golden', 2), example('  new  3 ', 2)];
  await prepareRefit(path('apart'), request({ texts: given }));
  const learned = await learnedFrom('apart');
  expect(learned).toHaveLength(20);
  expect(wordsOf(learned)).toEqual(new Set(['new']));
  expect(learned.find(({ text }) => text === 'new 3')?.label).toBe(2);
  expect(await readTexts(path('apart'), 'valid', LABELS)).toHaveLength(2);
  expect(await readTexts(path('apart'), 'holdout', LABELS)).toHaveLength(4);
  expect(await readTexts(path('apart'), 'golden', LABELS)).toHaveLength(5);
});

it('learns again from some of what the model was made from, where new labels say nothing of it', async () => {
  await prepareRefit(
    path('replayed'),
    request({ replay: [path('old.csv')], texts: [...texts('new', 20).map((one) => ({ ...one, label: 2 }))] }),
  );
  const learned = await learnedFrom('replayed');
  expect(wordsOf(learned)).toEqual(new Set(['new', 'old']));
  const old = learned.filter(({ text }) => text.startsWith('old'));
  expect(old.length).toBeGreaterThan(2);
  expect(old.length).toBeLessThanOrEqual(10);
  const fresh = learned.filter(({ text }) => text.startsWith('new'));
  expect(new Set(fresh.map(({ label }) => label))).toEqual(new Set([2]));
});

it('weighs texts by domain and label', async () => {
  await prepareRefit(path('weighed'), request({ texts: [...texts('new', 20), example('other', 1, 'news')] }));
  const { settings } = await readRequest(path('weighed'));
  const cells = new Set((await readTexts(path('weighed'), 'train', LABELS)).map(({ source }) => source));
  expect(new Set(Object.keys(settings.sourceWeights))).toEqual(cells);
  expect(cells).toContain('forum/0');
});

it('refuses to begin where there is a refit, or with nothing to learn from', async () => {
  await prepareRefit(path('twice'), request({}));
  const before = readdirSync(folder).sort();
  await expect(prepareRefit(path('twice'), request({}))).rejects.toMatchObject({ code: 'MT_FILE' });
  const nothing = prepareRefit(path('nothing'), request({ texts: texts('golden', 5) }));
  await expect(nothing).rejects.toMatchObject({ code: 'MT_DATA' });
  expect(readdirSync(folder).sort()).toEqual(before);
});
