import { describe, expect, it } from 'vitest';
import { regressionOf, type WatchState, watched } from '../../../src/refit/watch/live-watch.js';
import { derive } from '../../../src/training/random.js';

const SETTINGS = { margin: 0.02, psi: 1 };
const VERSIONS = { live: 'b', previous: 'a' };
const MIX = [{ domain: 'forum', labels: 2.1, confidence: 0.3 }];

function comparedOn(
  labels: number,
  accuracy: { live: number; previous: number },
  versions = VERSIONS,
): WatchState {
  const next = derive(1, 'watch');
  let state: WatchState | undefined;
  for (let i = 0; i < labels; i++) {
    const right = { live: next() < accuracy.live, previous: next() < accuracy.previous };
    state = watched(state, versions, right, SETTINGS.margin);
  }
  if (state === undefined) throw new Error('no labels');
  return state;
}

describe('regressionOf', () => {
  it('says that the live version is worse, with the numbers', () => {
    const regression = regressionOf(comparedOn(400, { live: 0.5, previous: 0.8 }), [], SETTINGS);
    expect(regression?.reason).toMatch(
      /worse by \d\d\.\d points on 400 labels since it went live, with 2.0 points allowed/,
    );
    expect(regression?.metrics).toMatchObject({ 'labels.texts': 400 });
    expect(regression?.metrics['labels.pValue']).toBeLessThan(0.01);
    expect(regression?.metrics['labels.difference']).toBeLessThan(-0.2);
  });

  it('is silent while it is as good or better', () => {
    expect(regressionOf(comparedOn(1000, { live: 0.7, previous: 0.7 }), [], SETTINGS)).toBeUndefined();
    expect(regressionOf(comparedOn(1000, { live: 0.9, previous: 0.7 }), [], SETTINGS)).toBeUndefined();
  });

  it('takes scores of another mix for a broken model, unless labels say otherwise', () => {
    expect(regressionOf(comparedOn(20, { live: 0.7, previous: 0.7 }), MIX, SETTINGS)).toMatchObject({
      reason: 'its labels on forum have another mix than those of the version before: PSI 2.10',
      metrics: { 'psi.forum.labels': 2.1, 'psi.forum.confidence': 0.3 },
    });
    expect(regressionOf(comparedOn(200, { live: 0.9, previous: 0.5 }), MIX, SETTINGS)).toBeUndefined();
    expect(
      regressionOf(comparedOn(20, { live: 0.7, previous: 0.7 }), MIX, { ...SETTINGS, psi: 3 }),
    ).toBeUndefined();
  });

  it('begins anew with other versions', () => {
    const right = { live: true, previous: false };
    const state = watched(
      comparedOn(400, { live: 0.5, previous: 0.8 }),
      { live: 'c', previous: 'b' },
      right,
      0.02,
    );
    expect(state).toMatchObject({
      live: 'c',
      previous: 'b',
      test: { texts: 1, onlyFirst: 1, onlySecond: 0 },
    });
  });
});
