import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { moodtape } from './run-cli.js';

// Guards: the way from a bundle through training to an evaluated bundle, as a user types it.

const folder = mkdtempSync(join(tmpdir(), 'moodtape-train-'));
const path = (name: string) => join(folder, name);

const WORDS = { 利空: '大盘跌', 中性: '股市空', 利好: '茅台涨停' };
const rows = Array.from({ length: 60 }, (_, i) => {
  const [label, word] = Object.entries(WORDS)[i % 3] ?? [];
  return `${i},${word}${'今日公司'.slice(0, i % 5)},${label},${i % 2 === 0 ? 'news' : 'forum'}`;
});

beforeAll(async () => {
  await saveTinyBundle(path('model'));
  writeFileSync(path('data.csv'), `id,text,label,domain\n${rows.join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const data = ['--train', path('data.csv'), '--valid', path('data.csv')];
const base = ['train', 'base', '--model', path('model'), ...data, '--out', path('base')];
const short = '--epochs 30 --batch-size 4 --learning-rate 0.003 --warmup 2 --averaging 0'.split(' ');

describe('moodtape train and evaluate', () => {
  it('train a base, leave curves beside it, and measure it', async () => {
    const trained = await moodtape([...base, ...short, '--backend', 'wasm', '--json']);
    expect(trained.stderr).toContain('60 texts, 60 valid, backend wasm');
    expect(trained.code).toBe(0);
    expect(JSON.parse(trained.stdout)).toMatchObject({ out: path('base'), valid: { n: 60 } });
    expect(readFileSync(path('base.training/curves.svg'), 'utf8')).toContain('<polyline');
    expect(existsSync(path('base.unfinished'))).toBe(false);

    const measured = await moodtape([
      ...[
        'evaluate',
        '--model',
        path('base'),
        '--data',
        path('data.csv'),
        '--against',
        path('model'),
        '--json',
      ],
    ]);
    expect(measured.code).toBe(0);
    const report = JSON.parse(measured.stdout);
    expect(report).toMatchObject({
      n: 60,
      byDomain: { news: { n: 30 }, forum: { n: 30 } },
      against: { model: path('model') },
    });
    expect(report.accuracy).toBeGreaterThan(0.9);
    expect(report).toHaveProperty('recall.利空');
    for (const key of ['macroF1', 'weightedF1', 'ece']) expect(report[key]).toBeTypeOf('number');
  });

  it('train a base of feed-forward experts, and refuse to put experts in their place', async () => {
    const mixture = ['--out', path('mixture'), '--ffn-experts', '3', '--ffn-layers', '1', '--ffn-top-k', '2'];
    const trained = await moodtape([...base, ...short, ...mixture, '--backend', 'wasm', '--json']);
    expect(trained.code).toBe(0);
    const manifest = JSON.parse(readFileSync(path('mixture/model.json'), 'utf8'));
    expect(manifest.spec.ffnExperts).toEqual({ kind: 'gated', layers: [1], count: 3, topK: 2, width: 32 });

    const measured = await moodtape([
      'evaluate',
      '--model',
      path('mixture'),
      '--data',
      path('data.csv'),
      '--json',
    ]);
    expect(JSON.parse(measured.stdout).accuracy).toBeGreaterThan(0.9);

    const again = await moodtape([
      ...base,
      '--model',
      path('mixture'),
      '--out',
      path('again'),
      '--ffn-experts',
      '3',
    ]);
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/MT_TRAINING: the model has feed-forward experts already/);
  });

  it('say what is wrong with the data', async () => {
    writeFileSync(path('wrong.csv'), 'id,text,label\n1,涨,大涨\n');
    const { code, stderr } = await moodtape([
      'evaluate',
      '--model',
      path('model'),
      '--data',
      path('wrong.csv'),
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/MT_DATA: .*wrong\.csv:2: label 大涨 is none of 利空, 中性, 利好/);
  });

  it('ask for what is missing', async () => {
    const { code, stderr } = await moodtape(['train', 'base', '--out', path('none')]);
    expect(code).toBe(2);
    expect(stderr).toContain("required option '--model <bundle>' not specified");
  });
});
