import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/cli/doctor-checks.js';
import { resolveSettings } from '../../src/config.js';
import { messageOf } from '../../src/errors.js';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { moodtape } from './run-cli.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-models-'));
beforeAll(async () => {
  await saveTinyBundle(join(folder, 'models', 'good'));
  await saveTinyBundle(join(folder, 'models', 'damaged'));
  const weights = join(folder, 'models', 'damaged', 'weights.safetensors');
  const bytes = readFileSync(weights);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  writeFileSync(weights, bytes);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('moodtape models', () => {
  it('lists the bundles of the working folder, damaged ones by their error', async () => {
    const { code, stdout } = await moodtape(['models', 'list', '--json'], { cwd: folder });
    expect(code).toBe(0);
    const models = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const [damaged, good] = models.filter(({ dir }) => dir.startsWith(folder));
    expect(damaged).toMatchObject({
      code: 'MT_BUNDLE',
      message: expect.stringContaining('weights.safetensors'),
    });
    expect(good).toMatchObject({ name: 'tiny', experts: ['news', 'forum'], maxLength: 64 });
  });

  it('shows one', async () => {
    const { code, stdout } = await moodtape(['models', 'show', 'models/good'], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^name +tiny$/m);
    expect(stdout).toMatch(/^router +after layer 1, soft$/m);
  });
});

describe('moodtape doctor', () => {
  it('fails, and names what is missing, with a damaged model', async () => {
    const model = join(folder, 'models', 'damaged');
    const { code, stdout } = await moodtape(['doctor', '--json', '--model', model]);
    expect(code).toBe(1);
    const { healthy, checks } = JSON.parse(stdout);
    expect(healthy).toBe(false);
    const missing = checks.filter(({ ok, needed }: { ok: boolean; needed: boolean }) => needed && !ok);
    expect(missing.map(({ name }: { name: string }) => name)).toEqual(['model', 'first score']);
  }, 60_000);

  it('is content with a model that scores', async () => {
    const settings = resolveSettings({ flags: { model: join(folder, 'models', 'good') } });
    const found = CHECKS.filter(({ name }) => name === 'model' || name === 'first score');
    const details = await Promise.all(found.map(({ look }) => look(settings)));
    expect(details[0]).toMatch(/^tiny [0-9a-f]{12} in .*checksums are right$/);
    expect(details[1]).toMatch(/^\d+ ms after the start, on (cpu|cuda)-/);
  });

  it.each(['cuda', 'webgpu'])('says how a model runs on %s, or what it takes', async (name) => {
    const settings = resolveSettings({ flags: { model: join(folder, 'models', 'good') } });
    const check = CHECKS.find((one) => one.name === `device: ${name}`);
    const detail = await check?.look(settings).catch(messageOf);
    expect(detail).toMatch(new RegExp(`^${name}(-fp16-1x1$|: the model cannot be loaded: .*; it needs a)`));
  });
});
