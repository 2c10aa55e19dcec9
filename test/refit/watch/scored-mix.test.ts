import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Label } from '../../../src/codec/sentiment.js';
import { type ScoredLabel, ScoredMix } from '../../../src/refit/watch/scored-mix.js';
import { derive } from '../../../src/training/random.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-mix-'));
const mix = ScoredMix.open(join(folder, 'mix'));
afterAll(async () => {
  await mix.close();
  rmSync(folder, { recursive: true, force: true });
});

const next = derive(1, 'mix');
/** Scores of a version, of which a share is bullish. */
const scores = (model: string, count: number, bullish: number, confidence: number): ScoredLabel[] =>
  Array.from({ length: count }, () => {
    const label: Label = next() < bullish ? '利好' : '利空';
    return { domain: 'forum', label, confidence: confidence + 0.05 * next(), model };
  });

let offset = 0;
function poll(values: readonly ScoredLabel[]) {
  const entries = values.map((value) => ({ offset: BigInt(offset++), value }));
  return { topic: 'sentiment.scored', partition: 0, entries };
}

describe('ScoredMix', () => {
  it('compares versions by domain, once both have scored enough there', async () => {
    await mix.add(poll([...scores('a', 800, 0.4, 0.8), ...scores('b', 400, 0.4, 0.8)]));
    expect(mix.differences('b', 'a')).toEqual([]);
    await mix.add(poll(scores('b', 400, 0.4, 0.8)));
    const [alike] = mix.differences('b', 'a');
    expect(alike).toMatchObject({ domain: 'forum' });
    expect(alike?.labels).toBeLessThan(0.05);
    expect(alike?.confidence).toBeLessThan(0.05);

    await mix.add(poll(scores('c', 800, 0.95, 0.4)));
    const [different] = mix.differences('c', 'a');
    expect(different?.labels).toBeGreaterThan(1);
    expect(different?.confidence).toBeGreaterThan(1);
    expect(mix.differences('c', 'never seen')).toEqual([]);
  });

  it('counts a poll that comes again once, and forgets what is long ago', async () => {
    const first = poll(scores('d', 2000, 1, 0.8));
    await mix.add(first);
    const before = mix.differences('d', 'a');
    await mix.add(first);
    expect(mix.differences('d', 'a')).toEqual(before);
    for (let i = 0; i < 4; i++) await mix.add(poll(scores('d', 2000, 0.4, 0.8)));
    expect(mix.differences('d', 'a')[0]?.labels).toBeLessThan(0.05);
  });

  it('keeps the versions that were heard of last', async () => {
    for (let i = 0; i < 16; i++) await mix.add(poll(scores(`v${i}`, 600, 0.4, 0.8)));
    expect(mix.differences('v0', 'v15')).toHaveLength(1);
    expect(mix.differences('a', 'v15')).toEqual([]);
  });
});
