import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedView } from '../../src/view/embedded/view.js';
import { batch, row, scored } from '../conformance/view/samples.js';
import { viewConformance } from '../conformance/view.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'moodtape-view-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

viewConformance('embedded', async () => openEmbeddedView(folder));

describe('openEmbeddedView', () => {
  it('finds everything again, its fences too', async () => {
    const before = openEmbeddedView(folder);
    await before.applyScored(batch('reopened', 0, [scored('a', ['REOPENED'])]));
    await before.close();
    const after = openEmbeddedView(folder);
    await after.applyScored(batch('reopened', 0, [scored('again', ['REOPENED'])]));
    expect((await after.recent({ symbol: 'REOPENED', limit: 5 })).map(({ id }) => id)).toEqual(['a']);
    await after.close();
  });

  it('keeps the newest 3,000 rows of an index series', async () => {
    const view = openEmbeddedView(folder);
    const rows = Array.from({ length: 3_100 }, (_, minute) => row('LONG', minute * 60_000));
    await view.applyIndex(batch('long', 0, rows));
    const kept = await view.index({ symbol: 'LONG', domain: 'all', window: '1m', limit: 10_000 });
    expect(kept).toHaveLength(3_000);
    expect(kept.at(-1)?.start).toBe(100 * 60_000);
    await view.close();
  });
});
