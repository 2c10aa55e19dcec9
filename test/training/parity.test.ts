import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Parameters } from '../../src/model/parameters.js';
import type { ModelSpec } from '../../src/model/spec.js';
import { loadBackend } from '../../src/training/backend.js';
import { hiddenStates } from '../../src/training/frozen-layers.js';
import { parameterTensor } from '../../src/training/gradient.js';
import { Network } from '../../src/training/network.js';
import { NetworkWeights } from '../../src/training/network-weights.js';
import { predict, type RoutedPrediction } from '../../src/training/predictions.js';
import { WORDS } from '../../src/training/word-gradient.js';
import { mixedSpec, randomParameters, tinySpec, twoExperts } from './tiny-model.js';

// Guards: what is trained in TensorFlow.js is what ONNX Runtime serves, with frozen lower layers and without.

const TOLERANCE = 1e-4;
const texts = [
  [1, 5, 7, 5, 2],
  [1, 9, 2],
  [1, 11, 12, 13, 3, 4, 2],
].map((ids, i) => ({
  ids: Int32Array.from(ids),
  label: i,
  domain: '',
  source: '',
}));

/** Probabilities and expert weights by the training network, from the layer at which the frozen part ends. */
async function byNetwork(
  spec: ModelSpec,
  parameters: Parameters,
  frozenLayers: number,
  mix?: readonly (readonly number[])[],
) {
  const states = await hiddenStates(
    { spec, parameters },
    frozenLayers,
    texts.map(({ ids }) => ids),
  );
  const lengths = texts.map(({ ids }) => ids.length);
  const length = Math.max(...lengths);
  const width = spec.encoder.hidden;
  const rows = new Float32Array(texts.length * length * width);
  states.forEach((state, i) => {
    rows.set(state, i * length * width);
  });
  return tf.tidy(() => {
    const weights = new Map(
      [...parameters.keys()]
        .filter((name) => name !== WORDS)
        .map((name) => [name, parameterTensor(parameters, name)]),
    );
    const shape = { batch: texts.length, length, lengths };
    const network = new Network(spec, new NetworkWeights(weights, new Set()), shape, (x) => x);
    const input = tf.tensor(rows, [texts.length * length, width]);
    const gate = mix && tf.tensor(mix.flat(), [texts.length, mix[0]?.length ?? 0]);
    const { logits, routing } = network.classify(input, frozenLayers, gate);
    return {
      probabilities: [...tf.softmax(logits).dataSync()],
      experts: routing === undefined ? [] : [...tf.softmax(routing).dataSync()],
    };
  });
}

describe('the training network and the ONNX graph', () => {
  beforeAll(() => loadBackend('wasm'));

  it.each([
    ['dense', null, 0],
    ['dense above one frozen layer', null, 1],
    ['router at 0', twoExperts(0), 0],
    ['router at 1', twoExperts(1), 1],
    ['router at the final layer', twoExperts('final'), 0],
  ] as const)('agree: %s', async (_name, experts, frozenLayers) => {
    await expectParity(tinySpec(experts), frozenLayers);
  });

  it.each([
    ['gated', mixedSpec({}, null), 0],
    ['plain', mixedSpec({ kind: 'plain', layers: [0, 1] }, null), 0],
    ['gated, two a token', mixedSpec({ topK: 2 }, null), 0],
    ['above a frozen layer that has some, too', mixedSpec({ layers: [0, 1] }, null), 1],
    ['more than there are tokens', mixedSpec({ count: 30 }, null), 0],
    ['with domain experts', mixedSpec({}, twoExperts(1)), 1],
    ['with domain experts and a router at the final layer', mixedSpec({ topK: 2 }, twoExperts('final')), 0],
  ])('agree on feed-forward experts: %s', (_name, spec, frozenLayers) => expectParity(spec, frozenLayers));
});

describe('one expert for each text, in the training network and in each form of the graph', () => {
  beforeAll(() => loadBackend('wasm'));

  const cases = (['low-rank', 'merged'] as const).flatMap((form) =>
    ([1, 'final'] as const).map((at) => [form, at] as const),
  );

  it.each(cases)('the likeliest: %s, router at %s', async (form, at) => {
    const spec = tinySpec(twoExperts(at, 'top1'));
    // Of these weights the router sends texts to either expert.
    const parameters = randomParameters(spec, 26);
    const graph = await predict({ spec, parameters }, texts, { form });
    const chosen = graph.map(({ experts }) => experts.map((weight) => Number(weight > 0.5)));
    expect(new Set(chosen.map(([first]) => first)).size).toBe(2);
    await expectProbabilities(spec, parameters, at === 'final' ? 0 : at, graph, chosen);
  });

  it.each(cases)('the same for all: %s, router at %s', async (form, at) => {
    const spec = tinySpec(twoExperts(at));
    const parameters = randomParameters(spec, 17);
    const graph = await predict({ spec, parameters }, texts, { form, route: { expert: 1 } });
    const mix = texts.map(() => [0, 1]);
    await expectProbabilities(spec, parameters, at === 'final' ? 0 : at, graph, mix);
  });
});

async function expectParity(spec: ModelSpec, frozenLayers: number): Promise<void> {
  const parameters = randomParameters(spec, 17);
  const graph = await predict({ spec, parameters }, texts);
  const experts = await expectProbabilities(spec, parameters, frozenLayers, graph);
  expectClose(
    experts,
    graph.flatMap((prediction) => [...prediction.experts]),
  );
}

/** Holds the network's probabilities against the graph's, and gives the network's weights of the experts. */
async function expectProbabilities(
  spec: ModelSpec,
  parameters: Parameters,
  frozenLayers: number,
  graph: readonly RoutedPrediction[],
  mix?: readonly (readonly number[])[],
): Promise<readonly number[]> {
  const network = await byNetwork(spec, parameters, frozenLayers, mix);
  expectClose(
    network.probabilities,
    graph.flatMap(({ probabilities }) => [...probabilities]),
  );
  return network.experts;
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expect(Math.max(0, ...actual.map((x, i) => Math.abs(x - (expected[i] ?? 0))))).toBeLessThan(TOLERANCE);
}
