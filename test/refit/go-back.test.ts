import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { goBackIfWorse } from '../../src/refit/go-back.js';
import type { WatchState } from '../../src/refit/watch/live-watch.js';
import { UNTESTED, withPair } from '../../src/refit/watch/sequential-test.js';
import { ModelRegistry } from '../../src/registry/registry.js';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-go-back-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SETTINGS = { margin: 0.02, psi: 1 };
const alike = { differences: () => [{ domain: 'forum', labels: 0.1, confidence: 0.1 }] };
const strange = { differences: () => [{ domain: 'forum', labels: 0.2, confidence: 3 }] };

let registry: ModelRegistry;
let versions: string[];
let registries = 0;
beforeEach(async () => {
  registry = await ModelRegistry.open(join(folder, `registry${registries++}`));
  versions = [];
  for (const temperature of [1, 2, 3]) {
    const { dir } = await saveTinyBundle(join(folder, `bundle${temperature}`), { temperature });
    versions.push(await registry.register(dir));
  }
});
const [promote, live] = [
  (i: number) => registry.promote(versions[i] ?? ''),
  async () => versions.indexOf((await registry.state()).live ?? ''),
];

/** After labels that the live version has all wrong, and the one before all right. */
async function beaten(): Promise<WatchState> {
  const { live: one = '', previous = '' } = await registry.state();
  const test = Array.from({ length: 60 }).reduce<WatchState['test']>(
    (state) => withPair(state, false, true, SETTINGS.margin),
    UNTESTED,
  );
  return { live: one, previous, test };
}

describe('goBackIfWorse', () => {
  it('rolls back what labels show to be worse, with the numbers', async () => {
    await promote(0);
    await promote(1);
    const rolledBack = await goBackIfWorse(registry, await beaten(), alike, SETTINGS);
    expect(rolledBack).toMatchObject({ type: 'rolledBack', from: versions[1], to: versions[0] });
    expect(await live()).toBe(0);
    const [event] = (await registry.events()).slice(-1);
    expect(event).toMatchObject({
      event: 'rolledBack',
      reason: rolledBack?.reason,
      metrics: { 'labels.texts': 60, 'psi.forum.labels': 0.1 },
    });
  });

  it('rolls back what scores like another model altogether, before a label has come', async () => {
    await promote(0);
    await promote(1);
    expect(await goBackIfWorse(registry, undefined, alike, SETTINGS)).toBeUndefined();
    expect(await goBackIfWorse(registry, undefined, strange, SETTINGS)).toMatchObject({
      reason: /confidences on forum .* PSI 3.00/,
    });
    expect(await live()).toBe(0);
  });

  it('takes no good version along: what is live by a rollback stays', async () => {
    for (const i of [0, 1, 2]) await promote(i);
    await goBackIfWorse(registry, undefined, strange, SETTINGS);
    expect(await live()).toBe(1);
    expect(await goBackIfWorse(registry, undefined, strange, SETTINGS)).toBeUndefined();
    expect(await live()).toBe(1);
    await promote(2);
    expect(await goBackIfWorse(registry, undefined, strange, SETTINGS)).toBeDefined();
  });

  it('says nothing of other versions than those that were compared, nor of the first', async () => {
    await promote(0);
    expect(await goBackIfWorse(registry, undefined, strange, SETTINGS)).toBeUndefined();
    await promote(1);
    const watch = await beaten();
    await promote(2);
    expect(await goBackIfWorse(registry, watch, alike, SETTINGS)).toBeUndefined();
    expect(await live()).toBe(2);
  });
});
