import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { MoodtapeError } from '../../src/errors.js';
import { calibrationFile, writeCalibration } from '../../src/inference/calibration-file.js';
import { DEFAULT_COST } from '../../src/inference/cost-model.js';
import {
  createCalibratedEngine,
  createEngine,
  type EngineBundle,
} from '../../src/inference/create-engine.js';
import { CUDA } from '../../src/inference/device.js';
import type { Engine, Score } from '../../src/inference/engine.js';
import { nameOf, placementsOf } from '../../src/inference/placement.js';
import { buildGraph } from '../../src/model/graph.js';
import { TINY_BUNDLE, withLikeliestExpert } from '../fixtures/tiny-bundle.js';
import { randomParameters, tinySpec, withFfnExperts } from '../model/support.js';

const best = withLikeliestExpert(TINY_BUNDLE.spec);

/** The same but for the last digits: the shape of a batch decides in which order its sums are taken. */
function expectClose(one: Score | undefined, other: Score | undefined): void {
  expect(one?.probabilities.length).toBe(3);
  for (const key of ['probabilities', 'experts'] as const) {
    for (const [index, value] of (one?.[key] ?? []).entries())
      expect(other?.[key][index]).toBeCloseTo(value, 4);
  }
}

describe('createEngine', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine(TINY_BUNDLE, { precision: 'fp32', workers: 2 });
  });
  afterAll(() => engine.close());

  it('says who the model is and what runs it', () => {
    expect(engine.model).toEqual({
      name: 'tiny',
      version: 'tiny-1',
      labels: ['利空', '中性', '利好'],
      experts: ['news', 'forum'],
      maxLength: 64,
    });
    expect(engine.workers).toBe(2);
    expect(engine.runtime).toMatch(/^cpu-fp32-2x\d+$/);
  });

  it('starts a model whose tokens go to feed-forward experts', async () => {
    // The least token is padding, as in BERT: no expert has any token of a text that is padding alone.
    const spec = withFfnExperts({ ...tinySpec, encoder: { ...tinySpec.encoder, padId: 0 } });
    const parameters = randomParameters(spec);
    const graph: EngineBundle['graph'] = async (precision) =>
      buildGraph({ spec, parameters, precision, output: 'scores' });
    const mixture = await createEngine({ ...TINY_BUNDLE, spec, graph }, { workers: 1 });
    onTestFinished(() => mixture.close());
    const [score] = await mixture.score([mixture.tokenise('大盘涨停')]);
    expect(score?.probabilities).toHaveLength(spec.labels.length);
  });

  it('gives probabilities and expert weights that sum to 1', async () => {
    const [score] = await engine.score([engine.tokenise('大盘涨停')]);
    for (const row of [score?.probabilities ?? [], score?.experts ?? []]) {
      expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
    }
    expect(score).toMatchObject({ model: engine.model, truncated: false });
  });

  it('scores a text alike in every batch: padding changes nothing', async () => {
    const text = fc.string({ unit: fc.constantFrom(...'利好空涨跌停股市大盘'), minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 12 }), async (texts) => {
        const batch = texts.map((one) => engine.tokenise(one));
        const together = await engine.score(batch);
        for (const [index, one] of batch.entries()) {
          const [alone] = await engine.score([one]);
          expectClose(alone, together[index]);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('answers more batches at once than it has workers', async () => {
    const texts = Array.from({ length: 20 }, (_, n) => engine.tokenise(`涨${n}`));
    const [together, apart] = await Promise.all([
      engine.score(texts),
      Promise.all(texts.map(async (text) => (await engine.score([text]))[0])),
    ]);
    for (const [index, score] of together.entries()) expectClose(score, apart[index]);
  });

  it('scores an empty batch without the model', async () => {
    expect(await engine.score([])).toEqual([]);
  });

  it('leaves the event loop free while the model runs', async () => {
    const long = engine.tokenise('大盘涨停'.repeat(15));
    let turns = 0;
    let running = true;
    const turn = () => {
      turns++;
      if (running) setImmediate(turn);
    };
    turn();
    await engine.score(new Array(2048).fill(long));
    running = false;
    expect(turns).toBeGreaterThan(3);
  });

  it('blames a batch that the model cannot run', async () => {
    const outside = { ids: Int32Array.of(2, 9_999, 3), truncated: false };
    await expect(engine.score([outside])).rejects.toMatchObject({ code: 'MT_INFERENCE' });
    expect(await engine.score([engine.tokenise('涨')])).toHaveLength(1);
  });

  it.each(['cuda', 'webgpu'] as const)('runs on %s, or says what is missing', async (device) => {
    const starting = createEngine(TINY_BUNDLE, { device });
    const answer = await starting.catch((error: unknown) => error);
    if (answer instanceof MoodtapeError) {
      expect(answer).toMatchObject({ code: 'MT_DEVICE', remedy: expect.stringContaining('GPU') });
      expect(answer.message).toMatch(new RegExp(`^${device}: the model cannot be loaded: `));
      return;
    }
    const gpu = await starting;
    onTestFinished(() => gpu.close());
    expect(gpu.runtime).toMatch(new RegExp(`^${device}-fp16-`));
    const text = gpu.tokenise('大盘涨停');
    const [[onGpu], [onCpu]] = await Promise.all([gpu.score([text]), engine.score([text])]);
    for (const [index, probability] of (onCpu?.probabilities ?? []).entries())
      expect(onGpu?.probabilities[index]).toBeCloseTo(probability, 2);
  });

  it('falls back to the next device, and says why', async () => {
    const seemsThere = vi.spyOn(CUDA, 'isThere').mockReturnValue(true);
    onTestFinished(() => seemsThere.mockRestore());
    const reasons: MoodtapeError[] = [];
    const started = await createEngine(TINY_BUNDLE, { onFallback: (reason) => reasons.push(reason) });
    onTestFinished(() => started.close());
    if (started.runtime.startsWith('cuda')) return;
    expect(started.runtime).toMatch(/^cpu-int8-/);
    expect(reasons.map(({ message }) => message)).toEqual([expect.stringMatching(/^cuda: /)]);
  });

  it('starts where an earlier run was the fastest, at the cost that it measured', async () => {
    const calibrations = await mkdtemp(join(tmpdir(), 'moodtape-engine-'));
    onTestFinished(() => rm(calibrations, { recursive: true }));
    const wishes = { precision: 'fp32', calibrations } as const;
    const measured = await createCalibratedEngine(TINY_BUNDLE, { ...wishes, measure: true });
    await measured.engine.close();
    const again = await createCalibratedEngine(TINY_BUNDLE, { ...wishes, measure: true });
    await again.engine.close();
    expect([again.engine.runtime, again.cost]).toEqual([measured.engine.runtime, measured.cost]);

    const placements = placementsOf(wishes, TINY_BUNDLE.spec);
    const placement = placements.at(-1) ?? placements[0];
    const file = calibrationFile(calibrations, TINY_BUNDLE.spec, placements);
    await writeCalibration(file, { placement, cost: measured.cost });
    const other = await createEngine(TINY_BUNDLE, wishes);
    await other.close();
    expect(other.runtime).toBe(nameOf(placement));
  });

  it('computes the experts in the form that an earlier run found the fastest', async () => {
    const calibrations = await mkdtemp(join(tmpdir(), 'moodtape-engine-'));
    onTestFinished(() => rm(calibrations, { recursive: true }));
    const asked: unknown[] = [];
    const graph: EngineBundle['graph'] = (precision, route, form) => {
      asked.push([precision, route, form]);
      return TINY_BUNDLE.graph(precision, route);
    };
    const bundle = { ...TINY_BUNDLE, spec: best, graph };
    const wishes = { precision: 'fp32', workers: 1, calibrations } as const;
    const placements = placementsOf(wishes, best);
    const placement = placements.find(({ form }) => form === 'merged') ?? placements[0];
    const file = calibrationFile(calibrations, best, placements);
    await writeCalibration(file, { placement, cost: DEFAULT_COST });
    const engine = await createEngine(bundle, wishes);
    await engine.close();
    expect(engine.runtime).toBe(nameOf(placement));
    expect(asked).toEqual([['fp32', 'router', 'merged']]);
  });

  it('refuses a graph that is none, and leaves no thread behind', async () => {
    const damaged = { ...TINY_BUNDLE, graph: async () => new Uint8Array([1, 2, 3]) };
    const starting = createEngine(damaged, { precision: 'fp32', workers: 2 });
    await expect(starting).rejects.toMatchObject({ code: 'MT_DEVICE' });
  });
});
