import { beforeAll, describe, expect, it } from 'vitest';
import type { Parameters } from '../../src/model/parameters.js';
import type { ModelSpec } from '../../src/model/spec.js';
import { loadBackend } from '../../src/training/backend.js';
import {
  gradients,
  type Objective,
  parameterTensor,
  type TrainingText,
} from '../../src/training/gradient.js';
import { normals, random } from '../../src/training/random.js';
import { WORDS } from '../../src/training/word-gradient.js';
import { mixedSpec, randomParameters, tinySpec, twoExperts } from './tiny-model.js';

// Guards: every gradient that training uses is the derivative of the loss that training reports.

const texts: TrainingText[] = [
  { ids: Int32Array.of(1, 5, 7, 5, 2), target: [0.9, 0.05, 0.05], expert: 0 },
  { ids: Int32Array.of(1, 9, 2), target: [0.05, 0.05, 0.9], expert: 1 },
  { ids: Int32Array.of(1, 11, 12, 2), target: [0.1, 0.8, 0.1], expert: 1 },
].map((text, i) => ({ ...text, weight: 0.5 + i / 2, hidden: undefined }));

const learnsWithoutRouter = (names: Set<string>) =>
  new Set([...names].filter((name) => !name.startsWith('router.')));

/** The tensors of the parameters that do not learn. */
const frozenBut = (parameters: Parameters, learns: Set<string>) =>
  new Map(
    [...parameters.keys()]
      .filter((name) => !learns.has(name) && name !== WORDS)
      .map((name) => [name, parameterTensor(parameters, name)]),
  );

const identity = <T>(x: T): T => x;

function lossAt(spec: ModelSpec, parameters: Parameters, learns: Set<string>, objective: Objective): number {
  return gradients(spec, parameters, learns, frozenBut(parameters, learns), texts, 0, objective, identity)
    .loss;
}

/** Relative error of the directional derivative along a random direction, all parameters but words. */
function checkGradients(spec: ModelSpec, objective: Objective, skip: (name: string) => boolean): void {
  const parameters = randomParameters(spec, 8);
  const learns = new Set([...parameters.keys()].filter((name) => !skip(name)));
  const { byName, words } = gradients(
    spec,
    parameters,
    learns,
    frozenBut(parameters, learns),
    texts,
    0,
    objective,
    identity,
  );
  for (const name of learns) {
    const { data } = parameters.get(name) ?? { data: new Float32Array() };
    const gradient = name === WORDS ? new Float32Array(data.length) : byName.get(name);
    if (gradient === undefined) throw new Error(`no gradient for ${name}`);
    if (name === WORDS) {
      const width = spec.encoder.hidden;
      words?.indices.forEach((row, k) => {
        gradient.set(words.gradient.subarray(k * width, (k + 1) * width), row * width);
      });
    }
    // Along the gradient the derivative is its norm: nothing cancels.
    const norm = Math.hypot(...gradient);
    const original = data.slice();
    const move = (step: number) => {
      data.set(original.map((x, i) => x + (step * (gradient[i] ?? 0)) / norm));
      return lossAt(spec, parameters, learns, objective);
    };
    // Small enough to stay clear of the ReLU's kinks, large enough for float32: 5e-4 is its rounding.
    const h = 0.002;
    const numeric = (move(h) - move(-h)) / (2 * h);
    data.set(original);
    expect(Math.abs(numeric - norm), name).toBeLessThan(0.02 * norm + 5e-4);
  }
}

describe('gradients', () => {
  beforeAll(() => loadBackend('wasm'));

  it('are derivatives of the loss in a dense model, embeddings too', () => {
    checkGradients(tinySpec(null), { gamma: 0, routing: 'expert', loadBalance: 0 }, () => false);
  });

  it('are derivatives of the focal loss', () => {
    checkGradients(tinySpec(null, 1), { gamma: 2, routing: 'expert', loadBalance: 0 }, () => false);
  });

  it.each([0, 1, 'final'] as const)('are derivatives with experts and a router at %s', (at) => {
    checkGradients(tinySpec(twoExperts(at)), { gamma: 2, routing: 'router', loadBalance: 0 }, () => false);
  });

  it.each([
    ['gated', 1],
    ['plain', 1],
    ['gated', 2],
  ] as const)('are derivatives with %s feed-forward experts, %i a token', (kind, topK) => {
    const spec = mixedSpec({ kind, topK }, null);
    checkGradients(spec, { gamma: 0, routing: 'expert', loadBalance: 0.3 }, () => false);
  });

  it('are zero for experts that no token goes to', () => {
    const spec = mixedSpec({ count: 30 }, null);
    const parameters = randomParameters(spec, 8);
    const learns = new Set(parameters.keys());
    const objective: Objective = { gamma: 0, routing: 'expert', loadBalance: 0 };
    const { byName } = gradients(spec, parameters, learns, new Map(), texts, 0, objective, identity);
    const idle = [...byName].filter(
      ([name, gradient]) => name.endsWith('down.bias') && Math.hypot(...gradient) === 0,
    );
    expect(idle.length).toBeGreaterThan(10);
    expect(idle.length).toBeLessThan(30);
  });

  it('are derivatives with both kinds of experts', () => {
    const spec = mixedSpec({}, twoExperts(1));
    checkGradients(spec, { gamma: 2, routing: 'router', loadBalance: 0.3 }, () => false);
  });

  it('are derivatives for an expert alone, whose router does not learn', () => {
    const skip = (name: string) => name.startsWith('router.');
    checkGradients(tinySpec(twoExperts(1)), { gamma: 0, routing: 'expert', loadBalance: 0 }, skip);
  });

  it.each([
    ['domain', tinySpec(twoExperts(0))],
    ['feed-forward', mixedSpec({ topK: 2 }, null)],
  ])('do not depend on padding: %s experts', (_, spec) => {
    const parameters = randomParameters(spec, 3);
    const learns = learnsWithoutRouter(new Set(parameters.keys()));
    const objective: Objective = { gamma: 0, routing: 'expert', loadBalance: 0 };
    const frozen = frozenBut(parameters, learns);
    const alone = texts.map((text) =>
      gradients(spec, parameters, learns, frozen, [text], 0, objective, identity),
    );
    const together = gradients(spec, parameters, learns, frozen, texts, 0, objective, identity);
    for (const [name, gradient] of together.byName) {
      gradient.forEach((value, i) => {
        const mean = alone.reduce((sum, { byName }) => sum + (byName.get(name)?.[i] ?? 0), 0) / texts.length;
        expect(Math.abs(value - mean), `${name}[${i}]`).toBeLessThan(1e-5);
      });
    }
  });

  it('match with frozen weights and without', () => {
    const spec = tinySpec(null);
    const parameters = randomParameters(spec, 5);
    const next = random(9);
    const cached = texts.map((text) => ({ ...text, hidden: normals(text.ids.length * 8, 1, next) }));
    const all = new Set([...parameters.keys()].filter((name) => !name.startsWith('embeddings')));
    const some = new Set([...all].filter((name) => name.endsWith('.bias')));
    const run = (learns: Set<string>) =>
      gradients(
        spec,
        parameters,
        learns,
        frozenBut(parameters, learns),
        cached,
        0,
        { gamma: 0, routing: 'expert', loadBalance: 0 },
        identity,
      );
    const [full, partial] = [run(all), run(some)];
    for (const name of some) expect(partial.byName.get(name)).toEqual(full.byName.get(name));
  });
});
