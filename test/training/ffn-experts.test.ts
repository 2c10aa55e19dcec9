import { describe, expect, it } from 'vitest';
import type { FfnExpertsSpec } from '../../src/model/spec.js';
import { withFfnExperts } from '../../src/training/ffn-experts.js';
import type { Model } from '../../src/training/model.js';
import { predict } from '../../src/training/predictions.js';
import { randomParameters, tinySpec } from './tiny-model.js';

// Guards: a model that is given feed-forward experts starts as the dense model it was.

const dense: Model = { spec: tinySpec(null), parameters: randomParameters(tinySpec(null), 4) };
const WIDTH = dense.spec.encoder.intermediate;
const texts = [
  [1, 5, 7, 5, 2],
  [1, 9, 2],
  [1, 11, 12, 13, 3, 4, 2],
].map((ids) => ({
  ids: Int32Array.from(ids),
  label: 0,
  domain: '',
  source: '',
}));

async function difference(model: Model): Promise<number> {
  const [actual, expected] = [await predict(model, texts), await predict(dense, texts)];
  const gaps = actual.flatMap(({ probabilities }, i) =>
    probabilities.map((p, label) => Math.abs(p - (expected[i]?.probabilities[label] ?? Number.NaN))),
  );
  return Math.max(...gaps);
}

const experts = (more: Partial<FfnExpertsSpec>): FfnExpertsSpec => ({
  kind: 'gated',
  layers: [0, 1],
  count: 4,
  topK: 2,
  width: WIDTH,
  ...more,
});

describe.each(['gated', 'plain'] as const)('%s experts', (kind) => {
  it('that each copy the network compute as the dense model does', async () => {
    expect(await difference(withFfnExperts(dense, experts({ kind }), 13))).toBeLessThan(1e-5);
  });

  it('that copy it and are taken one by one start close to it', async () => {
    expect(await difference(withFfnExperts(dense, experts({ kind, topK: 1 }), 13))).toBeLessThan(0.01);
  });

  it('that share its neurons are together the dense model', async () => {
    // With all of them taken, what is left to differ is how far the router’s first weights are from even.
    const split = experts({ kind, topK: 4, width: WIDTH / 4 });
    expect(await difference(withFfnExperts(dense, split, 13))).toBeLessThan(0.01);
  });

  it('that share its neurons unevenly take each equally often', () => {
    const { parameters } = withFfnExperts(dense, experts({ kind, width: WIDTH / 2 }), 13);
    const taken = [0, 1, 2, 3].flatMap((e) => [
      ...(parameters.get(`layer.0.ffn.expert.${e}.${kind === 'gated' ? 'gate' : 'up'}.bias`)?.data ?? []),
    ]);
    const neurons = dense.parameters.get('layer.0.ffn.up.bias')?.data ?? [];
    expect(taken.toSorted()).toEqual([...neurons, ...neurons].toSorted());
  });
});

describe('what cannot be', () => {
  it.each([
    [
      'wider experts than the network',
      () => withFfnExperts(dense, experts({ width: WIDTH + 1 }), 13),
      /cannot take 17/,
    ],
    [
      'experts of experts',
      () => withFfnExperts(withFfnExperts(dense, experts({}), 13), experts({}), 13),
      /has feed-forward experts already/,
    ],
    [
      'experts in a layer that there is not',
      () => withFfnExperts(dense, experts({ layers: [2] }), 13),
      /must be in layers that there are/,
    ],
  ])('%s: is refused', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
