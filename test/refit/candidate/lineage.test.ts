import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, expect, it } from 'vitest';
import { type Bundle, loadBundle } from '../../../src/model/bundle.js';
import { withoutEarlierRefits } from '../../../src/refit/candidate/lineage.js';
import { saveTinyBundle } from '../../fixtures/tiny-bundle.js';

// Guards: what a bundle says of its origin stays as short after a thousand refits as after two.

const folder = mkdtempSync(`${tmpdir()}/moodtape-lineage-`);
afterAll(() => rmSync(folder, { recursive: true }));

/** The bundle of a refit of this incumbent. */
function refitted(incumbent: Bundle, version: string): Bundle {
  const { version: before, provenance } = withoutEarlierRefits(incumbent);
  return {
    ...incumbent,
    version,
    provenance: { phase: 'refit', seed: 13, from: [{ version: before, ...provenance }] },
  };
}

it('names the model before and the one that the line of refits began with', async () => {
  await saveTinyBundle(folder);
  const first = { ...(await loadBundle(folder)), version: 'first', provenance: { phase: 'joint', seed: 7 } };
  const origin = { version: 'first', phase: 'joint', seed: 7 };
  const second = refitted(first, 'second');
  expect(second.provenance.from).toEqual([origin]);
  const third = refitted(second, 'third');
  expect(third.provenance.from).toEqual([{ version: 'second', phase: 'refit', from: [origin] }]);
  const fourth = refitted(third, 'fourth');
  expect(fourth.provenance.from).toEqual([{ version: 'third', phase: 'refit', from: [origin] }]);
});
