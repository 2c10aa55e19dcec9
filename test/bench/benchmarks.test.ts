import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { backfill } from '../../src/bench/backfill.js';
import type { BenchOptions, Outcome } from '../../src/bench/benchmark.js';
import { beside } from '../../src/bench/beside.js';
import { inference } from '../../src/bench/inference.js';
import { kafka } from '../../src/bench/kafka.js';
import { latency } from '../../src/bench/latency.js';
import { moe } from '../../src/bench/moe.js';
import { overhead } from '../../src/bench/overhead.js';
import { refit } from '../../src/bench/refit.js';
import { scaling } from '../../src/bench/scaling.js';
import { stream } from '../../src/bench/stream.js';
import { LABELS } from '../../src/codec/sentiment.js';
import { resolveSettings } from '../../src/config.js';
import { writeExamples } from '../../src/training/dataset.js';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { shiftedTexts } from '../refit/shifted-model.js';
import { describeWithKafka } from '../services/describe.js';

// That each benchmark runs and what it says, on a model too small for its numbers to mean anything.

const folder = mkdtempSync(join(tmpdir(), 'moodtape-bench-test-'));
const model = join(folder, 'model');
beforeAll(() => saveTinyBundle(model));
afterAll(() => rmSync(folder, { recursive: true }));

function options(rounds: number, texts = 40): BenchOptions {
  const settings = resolveSettings({ flags: { model, home: folder, device: 'cpu', workers: 1 } });
  return { settings, data: [], texts, rounds, onRound: () => {} };
}

function expectComparisons({ comparisons }: Outcome, ...subjects: string[]): void {
  expect(comparisons.map(({ subject }) => subject)).toEqual(subjects);
  for (const { ours, peer, ratio } of comparisons) {
    expect(ratio).toBeGreaterThan(0);
    expect(ratio).toBeCloseTo(ours / peer, 8);
  }
}

it('inference: against transformers.js in two precisions, and ONNX Runtime alone', async () => {
  const { comparisons, rows } = await inference(options(1));
  const peers = comparisons.map(({ against }) => against.replace(/\d+ a call/, 'n a call'));
  expect(new Set(peers)).toEqual(
    new Set([
      'transformers.js fp32, n a call',
      'transformers.js int8, n a call',
      'ONNX Runtime alone, packed batches',
    ]),
  );
  expect(comparisons[0]?.against).toBe('transformers.js fp32, 1 a call');
  for (const { ratio } of comparisons) expect(ratio).toBeGreaterThan(0);
  expect(rows).toHaveLength(12);
});

it('overhead: of the pipeline', async () => {
  expectComparisons(await overhead(options(1)), 'embedded log to committed scores');
});

it('stream: to several clients, and to one', async () => {
  expectComparisons(await stream(options(1, 5), { clients: 3 }), 'p99 to 3 clients');
});

it('backfill: to Parquet, and the memory of both halves', async () => {
  const outcome = await backfill(options(1, 3000));
  expectComparisons(outcome, 'CSV to Parquet');
  expect(outcome.facts).toMatchObject({ firstHalfMb: expect.any(Number), secondHalfMb: expect.any(Number) });
});

it('beside: a live feed, while an archive is scored', async () => {
  expectComparisons(await beside(options(1), { seconds: 1 }), 'live p99 beside a backfill');
});

it.each([false, true])('latency: measured and simulated at three loads, with a log: %s', async (log) => {
  const outcome = await latency(options(1), { log, seconds: 1 });
  expectComparisons(outcome, 'p99 at 70 % load');
  expect(outcome.rows?.map(({ load }) => load)).toEqual([0.5, 0.7, 0.9]);
  for (const row of outcome.rows ?? []) {
    const [, , ...quantiles] = Object.values(row).map(Number);
    for (const three of [quantiles.slice(0, 3), quantiles.slice(3)]) {
      expect(three.every((value) => value > 0)).toBe(true);
      expect(three).toEqual(three.toSorted((a, b) => a - b));
    }
  }
});

it('moe: three kinds of experts', async () => {
  expectComparisons(
    await moe(options(1), { kind: 'gated', experts: 4, topK: 1 }),
    'domain-lora, 2 experts',
    'the same, merged, the likeliest alone',
    'gated-ffn, 4 experts, 1 a token',
  );
});

it('refit: of labels as they are and of wrong ones, which promote nothing', async () => {
  const [stream, test] = [join(folder, 'stream.csv'), join(folder, 'forum_test.csv')];
  await writeExamples(stream, shiftedTexts('forum', 600, 1), LABELS);
  await writeExamples(test, shiftedTexts('forum', 50, 2), LABELS);
  const outcome = await refit(options(1, 200), {
    stream: [stream],
    replay: [],
    golden: [test],
    test: [test],
  });
  expectComparisons(outcome, 'forum_test after 1 refits');
  expect(outcome.rows).toMatchObject([
    { labels: 'as they are', kept: 200, held: 0 },
    { labels: 'all wrong' },
  ]);
  expect(outcome.facts).toMatchObject({ promotedOfWrong: 0 });
});

it('refit: says so when the stream is too short', async () => {
  const short = join(folder, 'short.csv');
  await writeExamples(short, shiftedTexts('forum', 30, 1), LABELS);
  const files = { stream: [short], replay: [], golden: [], test: [] };
  await expect(refit(options(1, 20), files)).rejects.toMatchObject({ code: 'MT_DATA' });
});

it('scaling: more texts need more scorers, and more than if none ever waited', async () => {
  const outcome = await scaling(options(1), { within: 500, commit: 10 });
  expectComparisons(outcome, '10,000 texts/s, 99 % within 500 ms');
  expect(outcome.comparisons[0]?.ratio).toBeGreaterThan(1);
  expect(outcome.rows?.map(({ partitionsOfAScorer }) => partitionsOfAScorer)).toEqual([1, 2, 4, 8]);
  for (const { p99Ms, scorersFor1000 = 0, scorersFor10000 = 0, scorersFor100000 = 0 } of outcome.rows ?? []) {
    expect(p99Ms).toBeLessThanOrEqual(500);
    expect(scorersFor1000).toBeLessThanOrEqual(Number(scorersFor10000));
    expect(scorersFor10000).toBeLessThan(Number(scorersFor100000));
  }
});

it('scaling: says so when the texts cannot be done in time', async () => {
  const hopeless = scaling(options(1), { within: 20, commit: 100 });
  await expect(hopeless).rejects.toMatchObject({ code: 'MT_CONFIG' });
});

describeWithKafka('on Kafka', ({ brokers }) => {
  it('kafka: the scorer against a loop by hand; nothing is left on the brokers', async () => {
    const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    onTestFinished(() => admin.disconnect());
    const outcome = await kafka(options(1, 300), { brokers });
    expectComparisons(outcome, 'the scorer, without a model');
    const left = async () => {
      const { groups } = await admin.listGroups();
      const names = [...(await admin.listTopics()), ...groups.map(({ groupId }) => groupId)];
      return names.filter((name) => name.startsWith('moodtape-bench'));
    };
    // The broker learns of what is deleted a little later than the controller.
    await expect.poll(left).toEqual([]);
  });
});
