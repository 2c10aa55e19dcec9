import { expect, it } from 'vitest';
import type { DomainLoraSpec } from '../../src/model/spec.js';
import { withExperts } from '../../src/training/grow-experts.js';
import type { Model, TokenisedExample } from '../../src/training/model.js';
import { refitPhase } from '../../src/training/phases/refit.js';
import { predict } from '../../src/training/predictions.js';
import { randomParameters, tinySpec, twoExperts } from './tiny-model.js';

// Guards: a model that gets experts says what it said before, until they have learned.

const wanted = { rank: 3, alpha: 6, router: { at: 1, hidden: 6, mix: 'soft' as const } };

function model(experts: DomainLoraSpec | null): Model {
  const spec = tinySpec(experts);
  return { spec, parameters: randomParameters(spec, 1) };
}

const texts: TokenisedExample[] = [[5, 6, 7], [8], [9, 10]].map((ids) => ({
  ids: Int32Array.from([1, ...ids, 2]),
  label: 0,
  domain: 'news',
  source: '',
}));

const saysOf = async (of: Model, expert?: number) =>
  (await predict(of, texts, expert === undefined ? {} : { route: { expert } })).flatMap(
    ({ probabilities }) => probabilities,
  );

function expectClose(a: readonly number[], b: readonly number[]): void {
  expect(a).toHaveLength(b.length);
  a.forEach((value, i) => {
    expect(value).toBeCloseTo(b[i] ?? Number.NaN, 5);
  });
}

it('gives a dense model experts that add nothing yet', async () => {
  const dense = model(null);
  const grown = withExperts(dense, ['forum', 'news'], wanted, 13);
  expect(grown.spec.experts).toEqual({ kind: 'domain-lora', names: ['forum', 'news'], ...wanted });
  expectClose(await saysOf(grown), await saysOf(dense));
});

it('puts a new expert beside those that there are, which read as before', async () => {
  const start = model(twoExperts(1));
  const grown = withExperts(start, ['forum', 'filings'], wanted, 13);
  expect(grown.spec.experts).toEqual({ ...twoExperts(1), names: ['news', 'forum', 'filings'] });
  for (const expert of [0, 1]) expectClose(await saysOf(grown, expert), await saysOf(start, expert));
  const withoutAny = { ...start, spec: { ...start.spec, experts: null } };
  expectClose(await saysOf(grown, 2), await saysOf(withoutAny));
});

it('leaves a model as it is that has them all', () => {
  const start = model(twoExperts(1));
  expect(withExperts(start, ['forum'], wanted, 13)).toBe(start);
});

it('refits adapters, router and head above the frozen layers', () => {
  const phase = refitPhase(model(null), ['forum', 'news'], 13);
  expect(phase).toMatchObject({ frozenLayers: 1, objective: 'router' });
  expect([...phase.learns].filter((name) => !/adapter|^router|^head/.test(name))).toEqual([]);
  expect(phase.learns).toContain('router.output.weight');
});

it('refits one expert without a router, for all texts', () => {
  const phase = refitPhase(model(null), ['forum'], 13);
  expect(phase.objective).toBe('expert');
  expect([...phase.learns].filter((name) => name.startsWith('router.'))).toEqual([]);
});
