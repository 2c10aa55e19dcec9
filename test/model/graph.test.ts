import { describe, expect, test } from 'vitest';
import { buildGraph, type GraphOptions } from '../../src/model/graph.js';
import type { ModelSpec } from '../../src/model/spec.js';
import { ReferenceModel } from './reference.js';
import {
  largestDifference,
  normals,
  randomParameters,
  run,
  tinySpec,
  withExperts,
  withFfnExperts,
} from './support.js';

const { padId } = tinySpec.encoder;
const texts = [
  [2, 7, 9, 11, 30, 3],
  [2, 5, 3],
  [2, ...Array.from({ length: 12 }, (_, i) => 4 + 2 * i), 3],
];

const FORMS = ['merged', 'low-rank'] as const;

const models: [string, ModelSpec][] = [
  ['dense', tinySpec],
  ['experts above layer 0', withExperts(0, 'soft')],
  ['experts above layer 1', withExperts(1, 'soft')],
  ['experts above layer 1, the best alone', withExperts(1, 'top1')],
  ['a router and no layer above it', withExperts(3, 'soft')],
  ['experts in all layers', withExperts('final', 'soft')],
  ['experts in all layers, the best alone', withExperts('final', 'top1')],
];

const mixtures: [string, ModelSpec][] = [
  ['gated feed-forward experts', withFfnExperts(tinySpec)],
  ['plain feed-forward experts', withFfnExperts(tinySpec, { kind: 'plain' })],
  ['gated feed-forward experts, two a token', withFfnExperts(tinySpec, { topK: 2 })],
  ['plain feed-forward experts, all of them a token', withFfnExperts(tinySpec, { kind: 'plain', topK: 4 })],
  ['a single gated feed-forward expert', withFfnExperts(tinySpec, { count: 1 })],
  ['more feed-forward experts than tokens', withFfnExperts(tinySpec, { count: 40 })],
  ['both kinds of experts', withFfnExperts(withExperts(1, 'soft'))],
  ['both kinds of experts in all layers', withFfnExperts(withExperts('final', 'soft'), { topK: 2 })],
];

function graphOf(spec: ModelSpec, options: Partial<GraphOptions> = {}): Uint8Array {
  return buildGraph({
    spec,
    parameters: randomParameters(spec),
    precision: 'fp32',
    output: 'scores',
    ...options,
  });
}

async function expectReference(spec: ModelSpec, options: Partial<GraphOptions>): Promise<void> {
  const reference = new ReferenceModel(spec, randomParameters(spec));
  const expected = texts.map((ids) => reference.score(ids, options.route, options.temperature));
  const { probabilities = [], expert_weights = [] } = await run(graphOf(spec, options), texts, padId);
  expect(
    largestDifference(
      probabilities,
      expected.flatMap((score) => score.probabilities),
    ),
  ).toBeLessThan(1e-5);
  expect(
    largestDifference(
      expert_weights,
      expected.flatMap((score) => score.experts),
    ),
  ).toBeLessThan(1e-5);
}

describe.each([...models, ...mixtures])('%s', (_, spec) => {
  test('scores as the plain implementation does', () => expectReference(spec, {}));
  test('divides the logits by the temperature', () => expectReference(spec, { temperature: 2.5 }));
  test('does not see padding', async () => {
    const graph = graphOf(spec);
    const batched = await run(graph, texts, padId, 20);
    const alone = await Promise.all(texts.map((ids) => run(graph, [ids], padId)));
    const separate = alone.flatMap(({ probabilities = [] }) => [...probabilities]);
    expect(largestDifference(batched.probabilities ?? [], separate)).toBeLessThan(1e-6);
  });
});

describe.each(models.slice(1))('one expert of %s', (_, spec) => {
  test.each([0, 1, 2].flatMap((expert) => FORMS.map((form) => [expert, form] as const)))(
    'expert %i, %s',
    (expert, form) => expectReference(spec, { route: { expert }, form }),
  );
});

describe.each(models.filter(([, { experts }]) => experts?.router.mix === 'top1'))('merged %s', (_, spec) => {
  test('score as the plain implementation does', () => expectReference(spec, { form: 'merged' }));

  test('leave the texts in their order, and experts that no text goes to idle', async () => {
    const graph = graphOf(spec, { form: 'merged' });
    const together = await run(graph, [...texts, ...texts.toReversed()], padId);
    for (const [i, text] of texts.entries()) {
      const alone = await run(graph, [text], padId);
      for (const row of [i, 5 - i]) {
        const probabilities = together.probabilities?.subarray(3 * row, 3 * row + 3) ?? [];
        expect(largestDifference(probabilities, alone.probabilities ?? [])).toBeLessThan(1e-6);
      }
    }
  });
});

test.each([
  ['experts that mix softly', withExperts(1, 'soft')],
  ['the best expert of each text beside feed-forward experts', withFfnExperts(withExperts(1, 'top1'))],
])('%s cannot be merged', (_, spec) => {
  expect(() => graphOf(spec, { form: 'merged' })).toThrow(
    expect.objectContaining({
      code: 'MT_BUNDLE',
      message: 'merged experts need one expert for each text, and no feed-forward experts',
    }),
  );
});

test('a router temperature below 0.1 counts as 0.1', async () => {
  const spec = withExperts(1, 'soft');
  const weights = async (temperature: number) => {
    const parameters = new Map(randomParameters(spec));
    parameters.set('router.temperature', { shape: [1], data: Float32Array.of(temperature) });
    return (await run(graphOf(spec, { parameters }), texts, padId)).expert_weights;
  };
  expect(await weights(-3)).toEqual(await weights(0.1));
  expect(await weights(0.2)).not.toEqual(await weights(0.1));
});

test('the hidden state leaves adapters and padding out, and needs no parameters above it', async () => {
  const spec = withExperts(0, 'soft');
  const all = randomParameters(spec);
  const reference = new ReferenceModel(spec, all);
  const parameters = new Map([...all].filter(([name]) => !/^layer\.2|adapter|router|head/.test(name)));
  for (const after of [0, 1, 2]) {
    const graph = graphOf(spec, { parameters, output: { hidden: after } });
    const { hidden = [] } = await run(graph, texts.slice(0, 1), padId, 9);
    const expected = reference.layers(reference.embed(texts[0] ?? []), 0, after).flat();
    expect(largestDifference(hidden.slice(0, expected.length), expected)).toBeLessThan(1e-5);
  }
});

test.each(models)('the pooled state of %s is what the head makes probabilities of', async (_, spec) => {
  const parameters = randomParameters(spec);
  const { pooled = [] } = await run(graphOf(spec, { output: 'pooled' }), texts, padId);
  const { probabilities = [] } = await run(graphOf(spec), texts, padId);
  const weight = parameters.get('head.weight')?.data ?? [];
  const bias = parameters.get('head.bias')?.data ?? [];
  const { hidden } = spec.encoder;
  const expected = texts.flatMap((_, row) => {
    const exponents = spec.labels.map((_, label) => {
      let logit = bias[label] ?? 0;
      for (let i = 0; i < hidden; i++)
        logit += (pooled[row * hidden + i] ?? 0) * (weight[i * 3 + label] ?? 0);
      return Math.exp(logit);
    });
    const total = exponents.reduce((sum, value) => sum + value, 0);
    return exponents.map((value) => value / total);
  });
  expect(largestDifference(probabilities, expected)).toBeLessThan(1e-5);
});

test.each([
  ['missing', undefined, 'the weights lack layer.1.ffn.up.bias'],
  [
    'of another shape',
    { shape: [7], data: new Float32Array(7) },
    'layer.1.ffn.up.bias is [7], the model needs [24]',
  ],
])('a parameter that is %s is named', (_, parameter, message) => {
  const parameters = new Map(randomParameters(tinySpec));
  parameters.delete('layer.1.ffn.up.bias');
  if (parameter !== undefined) parameters.set('layer.1.ffn.up.bias', parameter);
  expect(() => graphOf(tinySpec, { parameters })).toThrow(
    expect.objectContaining({ code: 'MT_BUNDLE', message }),
  );
});

describe('int8', () => {
  const spec: ModelSpec = {
    ...withExperts(1, 'soft'),
    encoder: { ...tinySpec.encoder, vocabulary: 200, positions: 34, hidden: 64, intermediate: 128 },
    maxLength: 32,
  };
  const normal = normals(5);
  const lengths = [4, 9, 16, 25, 32];
  const many = lengths.map((length) =>
    Array.from({ length }, () => 2 + (Math.floor(Math.abs(normal()) * 60) % 198)),
  );
  const graph = graphOf(spec, { precision: 'int8' });

  // Where the best expert scores alone, a near tie may rightly fall the other way.
  const soft = models.filter(([, { experts }]) => experts?.router.mix !== 'top1');
  test.each(soft)('%s is close to fp32', async (_, { experts }) => {
    const wide = { ...spec, experts };
    const fp32 = await run(graphOf(wide), many, padId);
    const int8 = await run(graphOf(wide, { precision: 'int8' }), many, padId);
    expect(largestDifference(int8.probabilities ?? [], fp32.probabilities ?? [])).toBeLessThan(0.1);
    expect(largestDifference(int8.expert_weights ?? [], fp32.expert_weights ?? [])).toBeLessThan(0.1);
  });

  test('a text scores the same whatever its neighbours and its padding', async () => {
    const together = await run(graph, many, padId);
    for (const [i, text] of many.entries()) {
      const expected = together.probabilities?.subarray(3 * i, 3 * i + 3) ?? [];
      for (const length of [text.length, 32]) {
        const { probabilities = [] } = await run(graph, [text], padId, length);
        expect(largestDifference(probabilities, expected)).toBeLessThan(1e-3);
      }
    }
  });

  test('merged experts are close to the low-rank product, and chosen by the same router', async () => {
    const top1 = { ...spec, experts: withExperts(1, 'top1').experts };
    const [merged, lowRank] = await Promise.all(
      FORMS.map((form) => run(graphOf(top1, { precision: 'int8', form }), many, padId)),
    );
    expect(merged?.expert_weights).toEqual(lowRank?.expert_weights);
    expect(largestDifference(merged?.probabilities ?? [], lowRank?.probabilities ?? [])).toBeLessThan(0.05);
  });

  test('a state of zeros stays a number', async () => {
    const parameters = new Map(randomParameters(spec));
    for (const name of ['embeddings.norm.gain', 'embeddings.norm.bias']) {
      parameters.set(name, { shape: [64], data: new Float32Array(64) });
    }
    const [fp32, zeros] = await Promise.all(
      (['fp32', 'int8'] as const).map((precision) =>
        run(graphOf(spec, { parameters, precision }), many, padId),
      ),
    );
    expect(largestDifference(zeros?.probabilities ?? [], fp32?.probabilities ?? [])).toBeLessThan(0.1);
  });

  test('takes about a quarter of the bytes', () => {
    expect(graph.length).toBeLessThan(0.4 * graphOf(spec).length);
  });
});

describe('fp16', () => {
  const options = { precision: 'fp16' } as const;

  // ONNX Runtime's CPU provider runs halves in float32 but for a few operators, so this guards types and weights.
  test.each([...models, ...mixtures])('%s is close to fp32', async (_, spec) => {
    const [fp32, fp16] = [
      await run(graphOf(spec), texts, padId),
      await run(graphOf(spec, options), texts, padId),
    ];
    expect(largestDifference(fp16.probabilities ?? [], fp32.probabilities ?? [])).toBeLessThan(0.01);
    expect(largestDifference(fp16.expert_weights ?? [], fp32.expert_weights ?? [])).toBeLessThan(0.01);
  });

  test.each([
    ['merged experts', withExperts(1, 'top1'), { form: 'merged' }],
    [
      'the pooled state and the routing of tokens',
      withFfnExperts(tinySpec),
      { output: 'pooled', tokenRouting: true },
    ],
    ['the hidden state', tinySpec, { output: { hidden: 2 } }],
  ] as const)('%s: close to fp32', async (_, spec, more) => {
    const fp32 = await run(graphOf(spec, more), texts, padId);
    const fp16 = await run(graphOf(spec, { ...more, ...options }), texts, padId);
    expect(Object.keys(fp16)).toEqual(Object.keys(fp32));
    for (const [name, values] of Object.entries(fp32)) {
      expect(largestDifference(fp16[name] ?? [], values)).toBeLessThan(0.05);
    }
  });

  test('takes about half the bytes', () => {
    const spec = { ...tinySpec, encoder: { ...tinySpec.encoder, vocabulary: 4000 } };
    expect(graphOf(spec, options).length).toBeLessThan(0.6 * graphOf(spec).length);
  });
});
