import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatMap, firstValueFrom, take, toArray } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { BundleStore } from '../../src/registry/bundle-store.js';
import { ModelRegistry } from '../../src/registry/registry.js';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';

const root = mkdtempSync(join(tmpdir(), 'moodtape-registry-'));
const dirs = [1, 2, 3, 4].map((temperature) => join(root, `bundle-${temperature}`));
let [a, b, c, d] = ['', '', '', ''];
let folder: string;
let registry: ModelRegistry;

beforeAll(async () => {
  const bundles = await Promise.all(dirs.map((dir, i) => saveTinyBundle(dir, { temperature: i + 1 })));
  [a = '', b = '', c = '', d = ''] = bundles.map(({ version }) => version);
});
afterAll(() => rmSync(root, { recursive: true }));

beforeEach(async () => {
  folder = mkdtempSync(join(root, 'registry-'));
  registry = await ModelRegistry.open(folder);
  for (const dir of dirs) await registry.register(dir);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const refused = (code: string, message?: string) =>
  expect.objectContaining({ code, ...(message && { message: expect.stringContaining(message) }) });

const files = (part: string) => readdirSync(join(folder, part)).sort();

describe('a decision', () => {
  it('is kept with its numbers, and is what a registry opened later finds', async () => {
    await registry.promote(a);
    const metrics = { 'holdout.difference': 0.031 };
    const event = await registry.promote(b, { reason: 'better on the stream', metrics });
    expect(event).toMatchObject({
      seq: 6,
      event: 'promoted',
      model: 'tiny',
      version: b,
      previous: a,
      metrics,
    });
    const other = await ModelRegistry.open(folder);
    expect((await other.events(5))[0]).toEqual(event);
    expect(await other.state()).toEqual({
      seq: 6,
      versions: [a, b, c, d],
      lineage: [a, b],
      live: b,
      previous: a,
      trial: undefined,
    });
  });

  it('is refused when what it was decided on has changed, and stands when only something else has', async () => {
    await registry.promote(a);
    const { seq } = await registry.state();
    await registry.reject(d);
    await registry.promote(b, { seq });
    await expect(registry.promote(c, { seq })).rejects.toEqual(refused('MT_CONFLICT', `event ${seq}`));
    expect(await registry.state()).toMatchObject({ live: b, previous: a });
  });

  it('is refused for a version that is unknown or damaged', async () => {
    await expect(registry.promote('0123')).rejects.toEqual(refused('MT_REGISTRY', '0123'));
    writeFileSync(join(registry.folderOf(b), 'weights.safetensors'), '');
    await expect(registry.promote(b)).rejects.toEqual(refused('MT_BUNDLE', 'weights'));
    expect((await registry.state()).live).toBeUndefined();
  });

  it('is refused when a number of it is none, which JSON could not hold', async () => {
    await expect(registry.promote(a, { metrics: { loss: Number.NaN } })).rejects.toEqual(
      refused('MT_RECORD', 'metrics.loss'),
    );
    expect((await registry.events()).length).toBe(dirs.length);
  });
});

describe('rollback', () => {
  it('goes back version by version, and no further than the first', async () => {
    for (const version of [a, b, a, c]) await registry.promote(version);
    await registry.rollback({ reason: 'more errors' });
    expect(await registry.state()).toMatchObject({ live: a, previous: b });
    expect((await registry.events()).at(-1)).toMatchObject({ event: 'rolledBack', version: a, previous: c });
    await registry.rollback();
    expect(await registry.state()).toMatchObject({ live: b, previous: undefined });
    await expect(registry.rollback()).rejects.toEqual(refused('MT_CONFLICT'));
  });

  it('does not make a damaged version live', async () => {
    await registry.promote(a);
    await registry.promote(b);
    rmSync(join(registry.folderOf(a), 'tokenizer.json'));
    await expect(registry.rollback()).rejects.toEqual(refused('MT_BUNDLE'));
    await registry.register(dirs[0] ?? '');
    await registry.rollback();
    expect((await registry.state()).live).toBe(a);
  });
});

describe('a trial', () => {
  const canary = { kind: 'canary', share: 0.1 } as const;

  it('may change its kind and share, and ends by itself when its version is judged', async () => {
    await registry.promote(a);
    await registry.startTrial(b, { kind: 'shadow', share: 1 });
    await registry.startTrial(b, canary);
    expect((await registry.state()).trial).toEqual({ ...canary, version: b });
    await registry.reject(c);
    expect((await registry.state()).trial).toBeDefined();
    await registry.reject(b);
    expect((await registry.state()).trial).toBeUndefined();
    await registry.startTrial(c, canary);
    await registry.promote(c);
    expect(await registry.state()).toMatchObject({ live: c, previous: a, trial: undefined });
  });

  it('ends when another version goes live, or on demand', async () => {
    await registry.promote(a);
    await registry.startTrial(b, canary);
    await registry.promote(c);
    expect((await registry.state()).trial).toBeUndefined();
    await registry.startTrial(b, canary);
    expect(await registry.endTrial()).toMatchObject({ event: 'trialEnded', version: b, share: null });
    await expect(registry.endTrial()).rejects.toEqual(refused('MT_CONFLICT'));
  });

  it('needs a live version, another one, a share, and no other trial', async () => {
    await expect(registry.startTrial(a, canary)).rejects.toEqual(refused('MT_CONFLICT'));
    await registry.promote(a);
    await expect(registry.startTrial(a, canary)).rejects.toEqual(refused('MT_CONFLICT'));
    await expect(registry.startTrial(b, { kind: 'canary', share: 1.5 })).rejects.toEqual(
      refused('MT_RECORD', 'share'),
    );
    await registry.startTrial(b, canary);
    await expect(registry.startTrial(c, canary)).rejects.toEqual(refused('MT_CONFLICT', b));
  });
});

describe('register', () => {
  it('does nothing for a version that is there', async () => {
    const [dir = ''] = dirs;
    expect(await registry.register(dir)).toBe(a);
    expect((await registry.events()).length).toBe(dirs.length);
    expect((await registry.load(a)).name).toBe('tiny');
    expect(files('temporary')).toEqual([]);
  });

  it('refuses a damaged bundle, and leaves nothing of it', async () => {
    const dir = join(root, 'damaged');
    await saveTinyBundle(dir, { temperature: 9 });
    writeFileSync(join(dir, 'model.int8.onnx'), 'x');
    await expect(registry.register(dir)).rejects.toEqual(refused('MT_BUNDLE', 'model.int8.onnx'));
    expect(files('versions').length).toBe(dirs.length);
    expect(files('temporary')).toEqual([]);
  });
});

describe('collect', () => {
  it('keeps what is live, previous or on trial, and the newest', async () => {
    await registry.promote(a);
    await registry.promote(b);
    expect(await registry.collect({ keep: 1 })).toEqual([c]);
    expect(await registry.collect({ keep: 0 })).toEqual([d]);
    expect(files('versions')).toEqual([a, b].sort());
    expect((await registry.state()).versions).toEqual([a, b]);
    await expect(registry.promote(c)).rejects.toEqual(refused('MT_REGISTRY', c));
  });

  it('takes a version out of what a rollback goes back to', async () => {
    for (const version of [a, b, c]) await registry.promote(version);
    await registry.startTrial(d, { kind: 'shadow', share: 1 });
    expect(await registry.collect({ keep: 0 })).toEqual([a]);
    await registry.rollback();
    expect(await registry.state()).toMatchObject({ live: b, previous: undefined });
  });

  it('lets a version come back as the newest', async () => {
    await registry.promote(b);
    await registry.collect({ keep: 0 });
    expect(await registry.register(dirs[0] ?? '')).toBe(a);
    expect((await registry.state()).versions).toEqual([b, a]);
    await registry.promote(a);
  });

  it('removes what died processes left an hour ago, and nothing younger', async () => {
    const leftovers = [join(folder, 'temporary', 'half'), join(folder, 'versions', 'unregistered')];
    for (const path of leftovers) await mkdir(path);
    await registry.collect({ keep: 9 });
    expect(files('temporary')).toEqual(['half']);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 3_600_000 });
    await registry.collect({ keep: 9 });
    expect(files('temporary')).toEqual([]);
    expect(files('versions')).toEqual([a, b, c, d].sort());
  });
});

describe('a bundle that is removed while it is registered again', () => {
  it('goes back to its place', async () => {
    const store = new BundleStore(join(folder, 'versions'), join(folder, 'temporary'));
    const answers = [false, true];
    await store.remove(a, async () => answers.shift() ?? expect.fail());
    expect((await registry.load(a)).version).toBe(a);
    expect(files('temporary')).toEqual([]);
  });

  it('is copied again when it was still there before it was registered, and not after', async () => {
    await registry.promote(b);
    await registry.collect({ keep: 0 });
    vi.spyOn(BundleStore.prototype, 'put').mockImplementationOnce(async () => {});
    await registry.register(dirs[0] ?? '');
    expect((await registry.load(a)).version).toBe(a);
    expect((await registry.events()).filter(({ version }) => version === a).length).toBe(3);
  });
});

describe('follow', () => {
  it('gives the state at once, and again after each change of another process', async () => {
    const other = await ModelRegistry.open(folder);
    const lives = other.follow(5).pipe(
      take(2),
      concatMap(async ({ live }, nth) => {
        if (nth === 0) await registry.promote(a);
        return live;
      }),
      toArray(),
    );
    expect(await firstValueFrom(lives)).toEqual([undefined, a]);
  });
});

describe('a journal', () => {
  it('that lacks an event is not read as if it ended there', async () => {
    rmSync(join(folder, 'journal', '000002.json'));
    await expect(ModelRegistry.open(folder)).rejects.toEqual(refused('MT_REGISTRY', '000002.json'));
  });

  it('names the event that is damaged', async () => {
    const path = join(folder, 'journal', '000003.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"registered"', '"resigned"'));
    await expect(ModelRegistry.open(folder)).rejects.toEqual(refused('MT_REGISTRY', '000003.json'));
  });
});
