import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mergeExperts } from '../../src/cli/train-merge.js';
import { loadBundle } from '../../src/model/bundle.js';
import { openBundle, saveTrained } from '../../src/training/bundle.js';
import { expertPhase } from '../../src/training/phases/expert.js';
import { seedFolder } from '../../src/training/seeds.js';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';

// Guards: with seeds, the experts of one seed are merged with each other and with no others.

const SEEDS = [13, 21];
const adapters = { rank: 2, alpha: 2, router: { at: 1, hidden: 6, mix: 'soft' } } as const;
let folder = '';
const path = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moodtape-merge-'));
  await saveTinyBundle(path('model'));
  const { bundle, model } = await openBundle(path('model'));
  const dense = { spec: { ...model.spec, experts: null }, parameters: model.parameters };
  for (const domain of ['news', 'forum']) {
    for (const seed of SEEDS) {
      const { model: expert } = expertPhase(dense, domain, adapters, seed);
      const nothing = { settings: {}, backend: 'none', train: [], valid: [] } as const;
      await saveTrained(seedFolder(path(domain), seed), domain, expert, {
        phase: 'expert',
        ...nothing,
        from: [bundle],
      });
    }
  }
});
afterAll(() => rm(folder, { recursive: true }));

describe('moodtape train merge', () => {
  it('merges the experts of each seed', async () => {
    await mergeExperts([path('news'), path('forum')], { out: path('merged'), seed: 1, seeds: SEEDS });
    for (const seed of SEEDS) {
      const merged = await loadBundle(seedFolder(path('merged'), seed));
      expect(merged.spec.experts?.names).toEqual(['news', 'forum']);
      const own = ['news', 'forum'].map((domain) => loadBundle(seedFolder(path(domain), seed)));
      const versions = (await Promise.all(own)).map(({ version }) => expect.objectContaining({ version }));
      expect(merged.provenance.from).toEqual(versions);
    }
  });
});
