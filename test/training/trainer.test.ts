import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Parameters } from '../../src/model/parameters.js';
import type { FfnExpertsSpec } from '../../src/model/spec.js';
import { loadBackend } from '../../src/training/backend.js';
import { withFfnExperts } from '../../src/training/ffn-experts.js';
import type { Model, TokenisedExample } from '../../src/training/model.js';
import { basePhase } from '../../src/training/phases/base.js';
import { expertPhase } from '../../src/training/phases/expert.js';
import { jointPhase, routerPhase } from '../../src/training/phases/joint.js';
import { merge } from '../../src/training/phases/merge.js';
import type { Phase } from '../../src/training/phases/phase.js';
import { derive } from '../../src/training/random.js';
import { DEFAULT_SETTINGS, type PhaseSettings } from '../../src/training/settings.js';
import { type PhaseRun, trainPhase } from '../../src/training/train-phase.js';
import { randomParameters, tinySpec } from './tiny-model.js';

// Guards: the phases learn what they should and nothing else, a run can be repeated to the bit, and a run that was
// stopped goes on to the same weights.

/** Texts whose label is decided by one word and whose domain by another. */
function toyTexts(count: number, seed: number): TokenisedExample[] {
  const next = derive(seed, 'toy');
  return Array.from({ length: count }, () => {
    const label = Math.floor(next() * 3);
    const forum = next() < 0.5;
    const filler = Array.from({ length: 1 + Math.floor(next() * 5) }, () => 10 + Math.floor(next() * 9));
    const ids = Int32Array.from([1, forum ? 3 : 4, 5 + label, ...filler, 2]);
    return { ids, label, domain: forum ? 'forum' : 'news', source: '' };
  });
}

const texts = toyTexts(96, 1);
const valid = toyTexts(48, 2);
const settings: PhaseSettings = {
  ...DEFAULT_SETTINGS.base,
  epochs: 4,
  batchSize: 8,
  learningRate: 0.01,
  warmup: 5,
  averaging: 0.9,
  evaluateEvery: 12,
  patience: 20,
};
const adapters = { rank: 2, alpha: 2, router: { at: 1, hidden: 6, mix: 'soft' } } as const;

let folder = '';
let runs = 0;
const run = (phase: Phase, more: Partial<PhaseRun> = {}) =>
  trainPhase({
    phase,
    texts,
    valid,
    settings,
    stop: new AbortController().signal,
    checkpointDir: join(folder, String(runs++)),
    onStep() {},
    onEvaluation() {},
    ...more,
  });

function encoder(): Model {
  const spec = tinySpec(null);
  return { spec, parameters: randomParameters(spec, 1) };
}

const full = (seed: number) => {
  const start = encoder();
  const method = { name: 'full', frozenLayers: 0 } as const;
  return basePhase(start, { labels: start.spec.labels, method, seed });
};

const changed = (before: Parameters, after: Parameters) =>
  new Set(
    [...after.keys()].filter(
      (name) => !before.get(name)?.data.every((x, i) => x === after.get(name)?.data[i]),
    ),
  );

describe('the phases', () => {
  beforeAll(async () => {
    await loadBackend('wasm');
    folder = await mkdtemp(join(tmpdir(), 'moodtape-training-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('learn from base to joint, each only its own weights', async () => {
    const longer = { settings: { ...settings, epochs: 8 } };
    const base = await run(full(13), longer);
    expect(base.metrics.accuracy).toBeGreaterThan(0.8);

    const ofDomain = (domain: string) => (text: TokenisedExample) => text.domain === domain;
    const experts = [];
    for (const domain of ['news', 'forum']) {
      const phase = expertPhase(base, domain, adapters, 13);
      const expert = await run(phase, {
        ...longer,
        texts: texts.filter(ofDomain(domain)),
        valid: valid.filter(ofDomain(domain)),
      });
      expect(changed(phase.model.parameters, expert.parameters)).toEqual(phase.learns);
      experts.push(expert);
    }

    const merged = merge(experts, 13);
    expect(merged.spec.experts?.names).toEqual(['news', 'forum']);
    const routed = await run(routerPhase(merged), longer);
    const joint = await run(jointPhase(routed), longer);
    expect(joint.metrics.accuracy).toBeGreaterThan(0.8);
    const learned = changed(merged.parameters, joint.parameters);
    expect([...learned].filter((name) => !/adapter|router|head/.test(name))).toEqual([]);
  });

  it('move what the gates of experts multiply by a tenth of the rate', async () => {
    const start = encoder();
    const experts: FfnExpertsSpec = { kind: 'gated', layers: [1], count: 2, topK: 2, width: 16 };
    const method = { name: 'full', frozenLayers: 0 } as const;
    const phase = basePhase(withFfnExperts(start, experts, 13), {
      labels: start.spec.labels,
      method,
      seed: 13,
    });
    const once = { ...settings, epochs: 1, warmup: 1, averaging: 0 };
    const { parameters } = await run(phase, { texts: texts.slice(0, settings.batchSize), settings: once });
    const moved = (name: string) => {
      const before = phase.model.parameters.get(name)?.data ?? [];
      return Math.max(...before.map((x, i) => Math.abs(x - (parameters.get(name)?.data[i] ?? Number.NaN))));
    };
    const [gate, gated] = ['gate', 'up'].map((part) => moved(`layer.1.ffn.expert.0.${part}.bias`));
    expect((gated ?? 0) / (gate ?? 0)).toBeCloseTo(0.1, 2);
  });

  it('repeat to the bit', async () => {
    const short = { settings: { ...settings, epochs: 1 } };
    const [first, second] = [await run(full(13), short), await run(full(13), short)];
    expect(changed(first.parameters, second.parameters)).toEqual(new Set());
    const other = await run(full(14), { settings: { ...settings, epochs: 1, seed: 14 } });
    expect(changed(first.parameters, other.parameters).size).toBeGreaterThan(0);
  });

  it('go on after a stop to the weights of an unbroken run', async () => {
    const unbroken = await run(full(13));
    const checkpointDir = join(folder, 'stopped');
    const stopAt = (limit: number) => (step: number) => {
      if (step === limit) throw new Error('stopped');
    };
    for (const limit of [20, 30]) {
      const stopped = run(full(13), { checkpointDir, onStep: stopAt(limit) });
      await expect(stopped).rejects.toThrow('stopped');
    }
    const resumed = await run(full(13), { checkpointDir });
    expect(changed(unbroken.parameters, resumed.parameters)).toEqual(new Set());
    expect(resumed.history).toEqual(unbroken.history);
  });

  it.each([5, 12, 20, 48])('go on after being asked to stop at step %i', async (limit) => {
    const unbroken = await run(full(13));
    const checkpointDir = join(folder, `asked-${limit}`);
    const asked = new AbortController();
    const onStep = (step: number) => {
      if (step === limit) asked.abort();
    };
    const stopped = run(full(13), { checkpointDir, onStep, stop: asked.signal });
    await expect(stopped).rejects.toMatchObject({ code: 'MT_INTERRUPTED' });
    const steps: number[] = [];
    const resumed = await run(full(13), {
      checkpointDir,
      onStep: (step) => steps.push(step),
    });
    expect(steps[0]).toBe(limit === 48 ? undefined : limit + 1);
    expect(changed(unbroken.parameters, resumed.parameters)).toEqual(new Set());
    expect(resumed.history).toEqual(unbroken.history);
  });

  it('stop when patience runs out, and keep the best', async () => {
    const still = { ...settings, learningRate: 1e-12, averaging: 0, epochs: 20, patience: 2 };
    const trained = await run(full(13), { settings: still });
    // The first evaluation is the best: no later one is better.
    expect(trained.history.map(({ step }) => step)).toEqual([12, 24, 36]);
  });

  it('refuse the checkpoint of another run', async () => {
    const checkpointDir = join(folder, 'other');
    const stop = (step: number) => {
      if (step === 13) throw new Error('stopped');
    };
    await expect(run(full(13), { checkpointDir, onStep: stop })).rejects.toThrow('stopped');
    const other = run(full(13), {
      checkpointDir,
      settings: { ...settings, learningRate: 0.02 },
    });
    await expect(other).rejects.toMatchObject({ code: 'MT_TRAINING' });
  });

  it('refuse to merge experts of different bases', async () => {
    const [a, b] = [1, 2].map((seed) => {
      const spec = tinySpec(null);
      return expertPhase({ spec, parameters: randomParameters(spec, seed) }, `d${seed}`, adapters, 13).model;
    });
    expect(() =>
      merge(
        [a, b].filter((model) => model !== undefined),
        13,
      ),
    ).toThrow(/different bases/);
  });
});
