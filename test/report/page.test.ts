import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelSpec } from '../../src/model/spec.js';
import { pageOf } from '../../src/report/page/page.js';
import { makeReport, type Report } from '../../src/report/report.js';
import { openBundle } from '../../src/training/bundle.js';
import { evaluationReport } from '../../src/training/evaluation.js';
import { predict } from '../../src/training/predictions.js';
import { attribute, elementsOf, faultsOf, textOf } from '../figure/well-formed.js';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { randomParameters } from '../training/tiny-model.js';

// Guards: the page shows the numbers of the report, needs nothing else, and holds no markup of the data.

const folder = mkdtempSync(join(tmpdir(), 'moodtape-page-'));
const path = (name: string) => join(folder, name);
const EVIL = '<script>alert("涨停")</script>';

const onStage = () => ({ next() {}, end() {} });

let report: Report;
let source: string;

beforeAll(async () => {
  await saveTinyBundle(path('model'));
  const labels = ['利空', '中性', '利好'];
  const rows = Array.from({ length: 30 }, (_, i) => {
    const domain = i % 2 === 0 ? 'news' : '"<b>forum</b>"';
    return `"<i>${i}</i>",${i % 3 === 0 ? '茅台涨停' : '大盘跌'}${'公司'.repeat(i % 4)}${i},${labels[i % 3]},${domain}`;
  });
  writeFileSync(path('data.csv'), `id,text,label,domain\n${rows.join('\n')}\n`);
  report = await makeReport(await openBundle(path('model')), {
    data: [path('data.csv')],
    runs: [],
    precision: 'fp32',
    onStage,
  });
  source = pageOf(report);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the numbers are those of evaluate', async () => {
  const { model, read } = await openBundle(path('model'));
  const texts = await read([path('data.csv')]);
  const predictions = await predict(model, texts);
  const { labels, experts } = model.spec;
  expect(report.evaluation).toEqual(evaluationReport(texts, predictions, labels, experts?.names ?? []));
  expect(report.calibrations[0]?.ece).toBe(report.evaluation.ece);
  expect(report.activations[0]?.byDomain.map(({ name, n }) => [name, n])).toEqual([
    ['<b>forum</b>', 15],
    ['news', 15],
  ]);
  for (const { label, predicted, probabilities, tokens } of report.cases) {
    expect(probabilities[predicted]).toBe(Math.max(...probabilities));
    expect(report.evaluation.confusion[label]?.[predicted]).toBeGreaterThan(0);
    expect(tokens.length).toBeGreaterThan(0);
  }
});

describe('the page', () => {
  test('is well-formed, and has each part', () => {
    expect(faultsOf(source)).toEqual([]);
    const sections = elementsOf(source).filter(({ tagName }) => tagName === 'section');
    const ids = sections.map((section) => attribute(section, 'id'));
    expect(ids).toEqual(['scores', 'confusion', 'calibration', 'experts', 'clusters', 'cases']);
    const links = elementsOf(source).filter(({ tagName }) => tagName === 'a');
    expect(links.map((link) => attribute(link, 'href'))).toEqual(ids.map((id) => `#${id}`));
  });

  test('needs nothing from elsewhere, and no script', () => {
    const elements = elementsOf(source);
    const names = new Set(elements.map(({ tagName }) => tagName));
    for (const name of ['script', 'link', 'img', 'iframe', 'object', 'use'])
      expect(names).not.toContain(name);
    const outside = elements.flatMap(({ attrs }) => attrs.filter(({ name }) => /src|href/.test(name)));
    expect(outside.every(({ value }) => value.startsWith('#'))).toBe(true);
    expect(source).not.toMatch(/@import|url\(/);
  });

  test('shows every number of the confusion matrix', () => {
    const confusion = elementsOf(source).find((one) => attribute(one, 'id') === 'confusion');
    const texts = confusion === undefined ? '' : textOf(confusion);
    for (const count of report.evaluation.confusion.flat()) expect(texts).toContain(String(count));
  });

  test('holds texts of the data as texts', () => {
    const evil = {
      ...report,
      cases: report.cases.map((one) => ({ ...one, tokens: [{ piece: EVIL, weight: 1 }] })),
    };
    const page = pageOf(evil);
    expect(faultsOf(page)).toEqual([]);
    const names = elementsOf(page).map(({ tagName }) => tagName);
    expect(names).not.toContain('script');
    expect(source).toContain('&lt;i&gt;');
    expect(source).toContain('&lt;b&gt;forum');
    const words = elementsOf(page).find((one) => attribute(one, 'class') === 'words');
    expect(words && textOf(words)).toContain(EVIL);
  });

  test('says what the colours of Chinese markets mean, and only where they are used', () => {
    expect(source).toContain('red is 利好');
    const { evaluation } = report;
    const english = pageOf({ ...report, evaluation: { ...evaluation, labels: ['bad', 'flat', 'good'] } });
    expect(english).not.toContain('red is');
  });

  test('compares runs where there are', () => {
    const scores = { accuracy: 0.8, macroF1: 0.7, weightedF1: 0.8, ece: 0.1 };
    const history = [10, 20].map((step) => ({ step, loss: 1, ...scores }));
    const group = (rank: number) => ({
      settings: { rank },
      runs: [{ name: `run ${rank}`, settings: { rank }, scores, history }],
      mean: scores,
      deviation: scores,
    });
    const page = pageOf({ ...report, sweep: { varied: ['rank'], groups: [group(4), group(8)] } });
    expect(faultsOf(page)).toEqual([]);
    const runs = elementsOf(page).find((one) => attribute(one, 'id') === 'runs');
    const text = runs === undefined ? '' : textOf(runs);
    expect(text).toContain('80.00 ± 80.00');
    for (const name of ['run 4', 'run 8', 'rank 4', 'rank 8']) expect(text).toContain(name);
    // Accuracy and macro-F1, over the setting and over steps.
    const lines = elementsOf(page).filter(({ tagName }) => tagName === 'polyline');
    expect(lines).toHaveLength(2 + 4);
  });
});

test('experts that each token chooses are shown layer by layer', async () => {
  const opened = await openBundle(path('model'));
  const spec: ModelSpec = {
    ...opened.model.spec,
    experts: null,
    ffnExperts: { kind: 'gated', layers: [0, 1], count: 3, topK: 1, width: 8 },
  };
  const made = await makeReport(
    { ...opened, model: { spec, parameters: randomParameters(spec, 1) } },
    { data: [path('data.csv')], runs: [], precision: 'fp32', onStage },
  );
  expect(made.activations.map(({ place, unit }) => [place, unit])).toEqual([
    ['Layer 1', 'token'],
    ['Layer 2', 'token'],
  ]);
  for (const { all } of made.activations) expect(all.weights.reduce((a, b) => a + b)).toBeCloseTo(1);
  expect(made.clusters.heaviest?.of).toHaveLength(30);
  const page = pageOf(made);
  expect(faultsOf(page)).toEqual([]);
  expect(page).toContain('by the expert of most tokens');
});

test('the same texts give the same page', async () => {
  const options = { data: [path('data.csv')], runs: [], precision: 'fp32', onStage } as const;
  expect(pageOf(await makeReport(await openBundle(path('model')), options))).toBe(source);
});
