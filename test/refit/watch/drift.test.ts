import { describe, expect, it } from 'vitest';
import {
  afterRefit,
  type Drift,
  type DriftState,
  NO_DRIFT,
  type Observation,
  observe,
} from '../../../src/refit/watch/drift.js';
import { derive, type Random } from '../../../src/training/random.js';

/** Guards the signs of drift: one for each way in which a stream may change, and none while it does not. */

interface Stream {
  readonly right: number;
  readonly confidence: number;
  readonly bullish: number;
  readonly forum: number;
}
const STEADY: Stream = { right: 0.8, confidence: 0.85, bullish: 0.4, forum: 0.5 };

const drawn = ({ right, confidence, bullish, forum }: Stream, next: Random): Observation => ({
  right: next() < right,
  confidence: confidence + 0.1 * (next() - 0.5),
  label: next() < bullish ? '利好' : '利空',
  domain: next() < forum ? 'forum' : 'news',
});

function run(state: DriftState, stream: Stream, labels: number, seed: number) {
  const next = derive(seed, 'drift');
  const kinds = new Set<Drift['kind']>();
  for (let i = 0; i < labels; i++) {
    const observed = observe(state, drawn(stream, next));
    state = observed.state;
    for (const { kind } of observed.drifts) kinds.add(kind);
  }
  return { state, kinds: [...kinds] };
}

describe('observe', () => {
  const before = run(NO_DRIFT, STEADY, 600, 1);

  it('sees nothing in a steady stream, before a refit and after it', () => {
    expect(before.kinds).toEqual([]);
    expect(run(afterRefit(before.state), STEADY, 600, 2).kinds).toEqual([]);
  });

  it.each([
    ['error', { right: 0.45 }],
    ['confidence', { confidence: 0.55 }],
    ['labels', { bullish: 0.8 }],
    ['domains', { forum: 0.9 }],
  ] as const)('sees a change of %s, and that alone', (kind, change) => {
    expect(run(afterRefit(before.state), { ...STEADY, ...change }, 400, 3).kinds).toEqual([kind]);
  });

  it('takes no notice of a model that gets better and surer', () => {
    expect(run(before.state, { ...STEADY, right: 0.99, confidence: 0.94 }, 400, 4).kinds).toEqual([]);
  });

  it('compares mixes with that of the last refit, and with none before', () => {
    const turned = { ...STEADY, bullish: 0.9 };
    expect(run(before.state, turned, 400, 5).kinds).toEqual([]);
    const learned = afterRefit(run(before.state, turned, 400, 5).state);
    expect(run(learned, turned, 400, 6).kinds).toEqual([]);
  });

  it('has a state of bounded size that survives JSON', () => {
    const { state } = run(NO_DRIFT, STEADY, 2000, 7);
    expect(JSON.stringify(state).length).toBeLessThan(30_000);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });
});
