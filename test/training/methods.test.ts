import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Parameters } from '../../src/model/parameters.js';
import { loadBackend } from '../../src/training/backend.js';
import { countParameters } from '../../src/training/cost.js';
import { networkInputs } from '../../src/training/frozen-layers.js';
import { gradients, parameterTensor, type TrainingText } from '../../src/training/gradient.js';
import type { Method } from '../../src/training/method.js';
import { basePhase } from '../../src/training/phases/base.js';
import type { Phase } from '../../src/training/phases/phase.js';
import { predict } from '../../src/training/predictions.js';
import { WORDS } from '../../src/training/word-gradient.js';
import { randomParameters, tinySpec, twoExperts } from './tiny-model.js';

// Guards: each method learns what it says, frozen layers that run once give the same loss, and merged adapters the same
// model.

const spec = tinySpec(twoExperts(1));
const start = { spec, parameters: randomParameters(spec, 3) };
const phaseOf = (method: Method) => basePhase(start, { labels: ['no', 'yes'], method, seed: 13 });
const full = { name: 'full', frozenLayers: 0 } as const;
const lora = { name: 'lora', rank: 2, alpha: 6, frozenLayers: 0 } as const;

const texts = [
  [1, 5, 7, 5, 2],
  [1, 9, 2],
  [1, 11, 12, 13, 3, 4, 2],
].map((ids, i) => ({
  ids: Int32Array.from(ids),
  label: i % 2,
  domain: '',
  source: '',
}));

const learned = (method: Method) => [...phaseOf(method).learns].sort();

describe('the methods', () => {
  it('put a new head with the labels of the task on the encoder', () => {
    const { model } = phaseOf(full);
    expect(model.spec).toMatchObject({ labels: ['no', 'yes'], experts: null });
    expect(model.parameters.get('head.weight')?.shape).toEqual([8, 2]);
    expect([...model.parameters.keys()].filter((name) => /adapter|router/.test(name))).toEqual([]);
  });

  it('let everything learn, or what lies above the frozen layers', () => {
    expect(learned(full)).toEqual([...phaseOf(full).model.parameters.keys()].sort());
    const above = learned({ name: 'full', frozenLayers: 1 });
    expect(above.filter((name) => !/^(layer\.1|head)\./.test(name))).toEqual([]);
    expect(above).toHaveLength(16 + 2);
  });

  it('let biases learn, the biases of norms among them, and the head', () => {
    const names = learned({ name: 'bitfit', frozenLayers: 0 });
    expect(names).toContain('embeddings.norm.bias');
    expect(names.filter((name) => !name.endsWith('.bias'))).toEqual(['head.weight']);
    expect(names).toHaveLength(1 + 2 * 8 + 2);
  });

  it('let the head alone learn', () => {
    expect(learned({ name: 'probe' })).toEqual(['head.bias', 'head.weight']);
    expect(phaseOf({ name: 'probe' }).frozenLayers).toBe(2);
  });

  it('let adapters of five maps a layer learn, and the head', () => {
    const names = learned(lora);
    expect(names.filter((name) => !/\.adapter\.[ab]$/.test(name))).toEqual(['head.bias', 'head.weight']);
    expect(names).toHaveLength(2 * 5 * 2 + 2);
    expect(learned({ ...lora, frozenLayers: 1 })).toHaveLength(5 * 2 + 2);
  });

  it('refuse to freeze layers that are not there', () => {
    expect(() => phaseOf({ name: 'bitfit', frozenLayers: 3 })).toThrow(/the model has 2 layers/);
  });

  it('count what learns, and all there is', () => {
    const dense = countParameters(phaseOf(full));
    expect(dense.learnedParameters).toBe(dense.parameters);
    const probe = countParameters(phaseOf({ name: 'probe' }));
    expect(probe).toEqual({ learnedParameters: 8 * 2 + 2, parameters: dense.parameters });
    // Rank 2 beside three maps of 8 × 8 and two between 8 and 16, in each of two layers.
    const adapters = 2 * 2 * (3 * (8 + 8) + 2 * (8 + 16));
    expect(countParameters(phaseOf(lora))).toEqual({
      learnedParameters: adapters + 8 * 2 + 2,
      parameters: dense.parameters + adapters,
    });
  });
});

const identity = <T>(x: T): T => x;

/** The loss over the texts, and the gradient of the head. */
async function lossOf({ model, learns }: Phase, parameters: Parameters, frozenLayers: number) {
  const inputs = await networkInputs(
    { ...model, parameters },
    frozenLayers,
    texts.map(({ ids }) => ids),
  );
  const batch = inputs.map((input, i): TrainingText => {
    const target = [0, 1].map((label) => (label === texts[i]?.label ? 1 : 0));
    return { ...input, target, weight: 1, expert: 0 };
  });
  const still = [...parameters.keys()].filter((name) => !learns.has(name) && name !== WORDS);
  const frozen = new Map(still.map((name) => [name, parameterTensor(parameters, name)]));
  const objective = { gamma: 0, routing: 'expert', loadBalance: 0 } as const;
  const found = gradients(model.spec, parameters, learns, frozen, batch, frozenLayers, objective, identity);
  tf.dispose([...frozen.values()]);
  return { loss: found.loss, head: found.byName.get('head.weight') ?? new Float32Array() };
}

describe('the layers below what learns', () => {
  beforeAll(() => loadBackend('wasm'));

  it.each([1, 2])('give the same loss and gradient when %i of them run once', async (frozenLayers) => {
    const phase = phaseOf({ name: 'probe' });
    const whole = await lossOf(phase, phase.model.parameters, 0);
    const above = await lossOf(phase, phase.model.parameters, frozenLayers);
    expect(above.loss).toBeCloseTo(whole.loss, 5);
    whole.head.forEach((value, i) => {
      expect(above.head[i]).toBeCloseTo(value, 4);
    });
  });

  it('give the same loss where the embeddings stay', async () => {
    const phase = phaseOf({ name: 'bitfit', frozenLayers: 0 });
    const { loss } = await lossOf(phase, phase.model.parameters, 0);
    expect(loss).toBeCloseTo((await lossOf(phaseOf(full), phaseOf(full).model.parameters, 0)).loss, 6);
  });
});

describe('LoRA', () => {
  beforeAll(() => loadBackend('wasm'));

  it.each([0, 1])('merges its adapters into the same model, above %i frozen layers', async (frozenLayers) => {
    const phase = phaseOf({ ...lora, frozenLayers });
    const trained = { ...phase.model, parameters: alive(phase) };
    const merged = phase.finish?.(trained) ?? trained;
    expect(merged.spec.experts).toBeNull();
    expect([...merged.parameters.keys()].filter((name) => /adapter/.test(name))).toEqual([]);

    const network = await lossOf(phase, trained.parameters, frozenLayers);
    const graph = await predict(merged, texts);
    const entropies = graph.map(({ label, probabilities }) => -Math.log(probabilities[label] ?? 0));
    const loss = entropies.reduce((sum, value) => sum + value, 0) / entropies.length;
    expect(Math.abs(loss - network.loss)).toBeLessThan(1e-4);
    // The adapters matter: without them the loss is another.
    expect(Math.abs(loss - (await lossOf(phase, phase.model.parameters, frozenLayers)).loss)).toBeGreaterThan(
      1e-3,
    );
  });

  /** The parameters of a phase after some training, so to say: adapters that are not zero. */
  function alive({ model }: Phase): Parameters {
    const random = randomParameters({ ...spec, experts: model.spec.experts, labels: model.spec.labels }, 5);
    return new Map(
      [...model.parameters].map(([name, parameter]) => [
        name,
        name.includes('.adapter.') ? (random.get(name) ?? parameter) : parameter,
      ]),
    );
  }
});
