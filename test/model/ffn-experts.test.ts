import { describe, expect, test } from 'vitest';
import { buildGraph, type GraphOptions } from '../../src/model/graph.js';
import { scaled } from '../../src/model/matrix.js';
import { type ModelSpec, modelSpecSchema } from '../../src/model/spec.js';
import { ReferenceModel } from './reference.js';
import {
  largestDifference,
  normals,
  type Outputs,
  randomParameters,
  run,
  tinySpec,
  withFfnExperts,
} from './support.js';

// Guards what only feed-forward experts have: their routing, their int8 arithmetic, and what a spec may ask for.
// That they compute as a plain implementation does, test/model/graph.test.ts shows.

const { padId } = tinySpec.encoder;

function graphOf(spec: ModelSpec, options: Partial<GraphOptions> = {}): Uint8Array {
  const parameters = randomParameters(spec);
  return buildGraph({ spec, parameters, precision: 'fp32', output: 'scores', ...options });
}

describe('the routing of tokens', () => {
  const text = [2, 7, 9, 11, 30, 3];

  test.each([1, 2])('is put out for each layer that has experts, %i a token', async (topK) => {
    const spec = withFfnExperts(tinySpec, { topK });
    const { token_routing: actual = [] } = await run(graphOf(spec, { tokenRouting: true }), [text], padId);
    const reference = new ReferenceModel(spec, randomParameters(spec));
    reference.score(text);
    const [first, second] = [0, 1].map((l) =>
      reference.tokenWeights.slice(l * text.length, (l + 1) * text.length),
    );
    const expected = text.flatMap((_, token) => [...(first?.[token] ?? []), ...(second?.[token] ?? [])]);
    expect(largestDifference(actual, expected)).toBeLessThan(1e-5);
  });

  test('is refused of a dense model', () => {
    expect(() => graphOf(tinySpec, { tokenRouting: true })).toThrow(
      expect.objectContaining({
        code: 'MT_BUNDLE',
        message: 'a model without feed-forward experts routes no tokens',
      }),
    );
  });
});

describe('int8', () => {
  const wide: ModelSpec = {
    ...tinySpec,
    encoder: { ...tinySpec.encoder, vocabulary: 200, positions: 34, hidden: 64, intermediate: 128 },
    maxLength: 32,
  };
  const normal = normals(5);
  const texts = [4, 9, 16, 25, 32].map((length) =>
    Array.from({ length }, () => 2 + (Math.floor(Math.abs(normal()) * 60) % 198)),
  );
  /** With weights as small as trained ones, so that rounding stays as small as there. */
  const outputs = (spec: ModelSpec, precision: 'fp32' | 'int8') => {
    const parameters = new Map(
      [...randomParameters(spec)].map(([name, parameter]) => [
        name,
        name.endsWith('.weight') ? scaled(parameter, 0.4) : parameter,
      ]),
    );
    return run(graphOf(spec, { parameters, precision, tokenRouting: true }), texts, padId, 32);
  };

  // Where not all experts are taken, a near tie may rightly fall the other way.
  test.each(['gated', 'plain'] as const)('is close to fp32 in a mix of all experts: %s', async (kind) => {
    const spec = withFfnExperts(wide, { kind, topK: 4, width: 96 });
    const [int8, fp32] = [await outputs(spec, 'int8'), await outputs(spec, 'fp32')];
    expect(largestDifference(int8.probabilities ?? [], fp32.probabilities ?? [])).toBeLessThan(0.02);
  });

  test('routes as fp32 does but for near ties', async () => {
    const spec = withFfnExperts(wide, { width: 96 });
    const taken = ({ token_routing: weights = new Float32Array() }: Outputs) =>
      texts.flatMap(({ length }, i) =>
        Array.from(weights.subarray(32 * 8 * i, 8 * (32 * i + length)), (weight) => weight > 0),
      );
    const [int8, fp32] = [taken(await outputs(spec, 'int8')), taken(await outputs(spec, 'fp32'))];
    const moved = int8.filter((is, i) => is && !fp32[i]).length;
    expect(moved).toBeLessThan(0.05 * (fp32.length / 4));
  });

  test('takes experts that no token goes to', async () => {
    const graph = graphOf(withFfnExperts(wide, { count: 8, width: 8 }), { precision: 'int8' });
    const { probabilities = [] } = await run(graph, [[2, 3]], padId);
    expect(Array.from(probabilities).reduce((sum, p) => sum + p)).toBeCloseTo(1);
  });

  test('a text scores the same whatever its neighbours and its padding', async () => {
    const graph = graphOf(withFfnExperts(wide, { topK: 2, width: 96 }), { precision: 'int8' });
    const together = await run(graph, texts, padId);
    for (const [i, text] of texts.entries()) {
      const expected = together.probabilities?.subarray(3 * i, 3 * i + 3) ?? [];
      for (const length of [text.length, 32]) {
        const { probabilities = [] } = await run(graph, [text], padId, length);
        expect(largestDifference(probabilities, expected)).toBeLessThan(1e-3);
      }
    }
  });
});

describe('a spec', () => {
  test.each([
    [{ layers: [1, 3] }, 'feed-forward experts must be in layers that there are'],
    [{ layers: [2, 0] }, 'must ascend'],
    [{ topK: 5 }, 'a token cannot have more experts than there are'],
  ])('with %o is refused', (more, message) => {
    const parsed = modelSpecSchema.safeParse(withFfnExperts(tinySpec, more));
    expect(parsed.error?.issues).toMatchObject([{ message }]);
  });

  test('without feed-forward experts reads as before there were any', () => {
    // A bundle's version is a hash of its spec: a new key would make every old bundle look damaged.
    expect(JSON.stringify(modelSpecSchema.parse(tinySpec))).not.toContain('ffnExperts');
  });
});
