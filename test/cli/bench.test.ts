import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { moodtape } from './run-cli.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-cli-bench-'));
const model = join(folder, 'model');
beforeAll(() => saveTinyBundle(model));
afterAll(() => rmSync(folder, { recursive: true }));
const env = { ...process.env, MOODTAPE_MODEL: model, MOODTAPE_HOME: folder, MOODTAPE_DEVICE: 'cpu' };

describe('moodtape bench', () => {
  it('prints a table, the machine, and a last line for machines', async () => {
    const { code, stdout } = await moodtape(['bench', 'start', '--rounds', '1'], { env });
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    const { ours, peer, machine, ...rest } = JSON.parse(lines.at(-1) ?? '');
    expect(rest).toMatchObject({ name: 'start', against: 'transformers.js int8', unit: 's' });
    expect(rest.ratio).toBeCloseTo(ours / peer, 8);
    expect(lines).toContain(machine);
    expect(lines[0]).toMatch(/against\s+ours\s+peer\s+ratio\s+unit/);
  });

  it('--json prints that line alone', async () => {
    const args = ['bench', 'overhead', '--texts', '20', '--rounds', '1', '--json'];
    const { code, stdout } = await moodtape(args, { env });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'overhead', unit: 'texts/s' });
  });

  it('refuses counts of nothing', async () => {
    const { code, stderr } = await moodtape(['bench', 'overhead', '--rounds', '0']);
    expect(code).toBe(2);
    expect(stderr).toContain('not a whole number above 0');
  });
});
