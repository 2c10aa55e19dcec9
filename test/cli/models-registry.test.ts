import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bundle } from '../../src/model/bundle.js';
import { ModelRegistry } from '../../src/registry/registry.js';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { moodtape } from './run-cli.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-models-'));
const registryDir = join(folder, '.moodtape', 'models');
let [first, second]: Bundle[] = [];

beforeAll(async () => {
  const provenance = (rate: number) => ({ settings: { rate }, history: [rate], from: [] });
  first = await saveTinyBundle(join(folder, 'first'), { provenance: provenance(1) });
  second = await saveTinyBundle(join(folder, 'second'), { temperature: 2, provenance: provenance(2) });
  const data = 'id,text,label,domain\n1,大盘涨停,利好,news\n2,大盘跌停,利空,forum\n3,茅台涨停,利好,forum\n';
  writeFileSync(join(folder, 'test.csv'), data);
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => moodtape(['models', ...args], { cwd: folder });

async function json(...args: string[]) {
  const { stdout, stderr } = await run(...args, '--json');
  expect(stderr).toBe('');
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('moodtape models, with a registry', () => {
  it('only looks where there is none', async () => {
    const { code, stderr } = await run('rollback');
    expect(code).toBe(1);
    expect(stderr).toMatch(/MT_REGISTRY: there is no model registry at \.moodtape/);
    expect(readdirSync(folder)).not.toContain('.moodtape');
  });

  it('promotes a bundle, then another, and lists both with what was decided', async () => {
    await run('promote', 'first');
    const [event] = await json('promote', 'second', '--reason', 'better');
    expect(event).toMatchObject({ event: 'promoted', version: second?.version, previous: first?.version });
    const listed = (await json('list')).filter(({ dir }) => dir.includes(join('.moodtape', 'models')));
    expect(listed).toMatchObject([
      { name: 'tiny', version: second?.version, aliases: ['live'], decision: { reason: 'better' } },
      { name: 'tiny', version: first?.version, aliases: ['previous'], decision: { event: 'promoted' } },
    ]);
  });

  it('shows what a gate found, in the list and in the journal of the version', async () => {
    const registry = await ModelRegistry.open(registryDir);
    const metrics = { 'holdout.difference': 0.031, 'golden.difference': -0.002, 'golden.texts': 900 };
    await registry.reject(first?.version ?? '', { reason: 'not surely better', metrics });
    const list = await run('list');
    expect(list.stdout).toMatch(/previous .*rejected .*holdout \+3\.10, golden −0\.20$/m);
    const { stdout } = await run('show', 'previous');
    expect(stdout).toMatch(new RegExp(`^version +${first?.version} previous$`, 'm'));
    expect(stdout).toMatch(/^2 .* promoted$/m);
    expect(stdout).toMatch(new RegExp(`^5 .* rejected +${second?.version} +not surely better$`, 'm'));
    expect(stdout).toMatch(/^golden\.texts +900$/m);
  });

  it('compares two versions, by alias and by the beginning of their names', async () => {
    const [compared] = await json('diff', first?.version.slice(0, 6) ?? '', 'live', '--data', 'test.csv');
    expect(compared).toMatchObject({ first: first?.version, second: second?.version });
    expect(compared.differences).toEqual([
      { path: 'temperature', first: 1, second: 2 },
      { path: 'provenance.settings.rate', first: 1, second: 2 },
    ]);
    // A temperature changes no label.
    const same = { difference: 0, onlyFirst: 0, onlySecond: 0 };
    expect(compared.texts).toMatchObject({
      all: { texts: 3, ...same },
      news: { texts: 1 },
      forum: { texts: 2 },
    });
  });

  it('puts a version on trial, lists it so, and ends the trial', async () => {
    const version = first?.version;
    const [begun] = await json('try', 'previous', '--shadow', '--share', '0.5');
    expect(begun).toMatchObject({ event: 'shadow', version, previous: second?.version, share: 0.5 });
    expect((await run('list')).stdout).toMatch(/shadow 50 %/);
    expect((await run('try', 'previous')).stdout).toBe(
      `${version} is on trial: canary 10 % of the texts, against ${second?.version}\n`,
    );
    expect((await run('try', 'previous', '--share', '2')).stderr).toContain('not above 0 and at most 1');
    expect((await run('end-trial')).stdout).toContain(`${version} is no longer on trial`);
    expect((await run('end-trial')).stderr).toContain('MT_CONFLICT');
  });

  it('rolls back', async () => {
    expect((await run('rollback')).stdout).toBe(
      `${first?.version} is live again, in the place of ${second?.version}\n`,
    );
  });

  it('removes what is neither in use nor new, but not its journal', async () => {
    expect(await json('gc', '--keep', '0')).toEqual([{ removed: [second?.version] }]);
    const { stdout } = await run('show', second?.version ?? '');
    expect(stdout).toMatch(/collected/);
    expect(stdout).toMatch(/^4 .* promoted .*better$/m);
  });
});
