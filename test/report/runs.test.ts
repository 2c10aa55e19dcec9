import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRuns } from '../../src/report/runs.js';
import { sweepOf } from '../../src/report/sweep.js';

// Guards: which folders are runs, and what is compared of them.

const folder = mkdtempSync(join(tmpdir(), 'moodtape-runs-'));
const scores = (accuracy: number) => ({ accuracy, macroF1: accuracy / 2, weightedF1: accuracy, ece: 0.1 });
const step = (at: number, accuracy: number) => ({ step: at, loss: 1 / at, metrics: scores(accuracy) });

function saveRun(name: string, rank: number, seed: number, accuracy: number): void {
  mkdirSync(join(folder, name), { recursive: true });
  const manifest = {
    name: 'same name',
    spec: { experts: { rank, names: ['news', 'forum'], router: { at: 2 } } },
    metrics: { valid: scores(accuracy) },
    provenance: {
      phase: 'joint',
      method: { name: 'lora' },
      settings: { seed, epochs: 1 },
      history: [step(10, 0.5), step(20, accuracy)],
    },
  };
  writeFileSync(join(folder, name, 'model.json'), JSON.stringify(manifest));
}

beforeAll(() => {
  saveRun('b', 16, 13, 0.8);
  saveRun('c/seed-13', 4, 13, 0.7);
  saveRun('c/seed-21', 4, 21, 0.6);
  mkdirSync(join(folder, 'merged'));
  const merged = { spec: {}, metrics: { valid: null }, provenance: { phase: 'merge' } };
  writeFileSync(join(folder, 'merged', 'model.json'), JSON.stringify(merged));
  mkdirSync(join(folder, 'a.training'));
  const history = [step(5, 0.4), step(10, 0.9), step(15, 0.6)].map((line) => `${JSON.stringify(line)}\n`);
  writeFileSync(join(folder, 'a.training', 'history.ndjson'), history.join(''));
  mkdirSync(join(folder, 'empty'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('readRuns', () => {
  test('takes a run, a folder of runs, or one of seeds, and each once', async () => {
    const runs = await readRuns([folder, join(folder, 'b')]);
    expect(runs.map(({ name }) => basename(name))).toEqual(['a', 'b', 'seed-13', 'seed-21']);
    expect(runs[1]).toEqual({
      name: 'b',
      settings: {
        phase: 'joint',
        'method.name': 'lora',
        seed: 13,
        epochs: 1,
        'experts.rank': 16,
        'experts.names': 'news forum',
        'experts.router.at': 2,
      },
      scores: scores(0.8),
      history: [
        { step: 10, loss: 0.1, ...scores(0.5) },
        { step: 20, loss: 0.05, ...scores(0.8) },
      ],
    });
  });

  test('without a bundle, a run is as good as its best evaluation', async () => {
    const [run] = await readRuns([join(folder, 'a')]);
    expect(run?.scores).toMatchObject(scores(0.9));
    expect(run?.history).toHaveLength(3);
  });

  test.each([
    ['empty', 'holds no training run'],
    ['merged', 'holds no training run'],
    ['missing', 'cannot read'],
  ])('says what is wrong with a folder that is %s', async (name, message) => {
    await expect(readRuns([join(folder, name)])).rejects.toMatchObject({
      code: 'MT_FILE',
      message: expect.stringContaining(message),
    });
  });
});

describe('sweepOf', () => {
  test('puts seeds together, in the order of the setting', async () => {
    const { varied, groups } = sweepOf(await readRuns(['b', 'c'].map((name) => join(folder, name))));
    expect(varied).toEqual(['experts.rank']);
    expect(groups.map(({ settings }) => settings)).toEqual([{ 'experts.rank': 4 }, { 'experts.rank': 16 }]);
    const [four, sixteen] = groups;
    expect(four?.runs.map(({ name }) => name)).toEqual([join('c', 'seed-13'), join('c', 'seed-21')]);
    expect(four?.mean).toEqual({
      accuracy: expect.closeTo(0.65),
      macroF1: expect.closeTo(0.325),
      weightedF1: expect.closeTo(0.65),
      ece: expect.closeTo(0.1),
    });
    expect(four?.deviation?.accuracy).toBeCloseTo(0.1 / Math.SQRT2);
    expect(sixteen?.deviation).toBeUndefined();
  });
});
