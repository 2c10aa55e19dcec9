import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../src/training/settings.js';
import { targetsOf } from '../../src/training/targets.js';

/** Texts of sources and labels such as `a0 a0 b2`. */
const texts = (names: string) =>
  names.split(' ').map((name) => ({
    ids: new Int32Array(0),
    domain: 'news',
    source: name.slice(0, 1),
    label: Number(name.slice(1)),
  }));

const weights = (names: string, settings: Partial<typeof DEFAULT_SETTINGS.base>) =>
  targetsOf(texts(names), 3, { ...DEFAULT_SETTINGS.base, ...settings }).map(({ weight }) => weight);

describe('targets', () => {
  it('spread the smoothing over all labels', () => {
    const [first] = targetsOf(texts('a1'), 3, { ...DEFAULT_SETTINGS.base, smoothing: 0.3 });
    expect(first?.target).toEqual([expect.closeTo(0.1), expect.closeTo(0.8), expect.closeTo(0.1)]);
  });

  it('weigh a source as told', () => {
    expect(weights('a0 b0', { sourceWeights: { b: 0.25 } })).toEqual([1, 0.25]);
  });

  it('weigh rare classes more when classes are to be balanced', () => {
    const [rare = 0, common = 0] = weights('a0 a2 a2 a2', { classBalance: 0.99 });
    expect(rare).toBeGreaterThan(common);
  });
});
