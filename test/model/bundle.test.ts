import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Bundle, type BundleContent, loadBundle, saveBundle } from '../../src/model/bundle.js';
import { buildGraph } from '../../src/model/graph.js';
import { randomParameters, withExperts } from './support.js';

const spec = withExperts(1, 'soft');
const content: BundleContent = {
  name: 'tiny',
  spec,
  parameters: randomParameters(spec),
  tokenizer: {
    json: { model: { type: 'WordPiece', vocab: { '[UNK]': 0 } } },
    config: { unk_token: '[UNK]' },
  },
  temperature: 1.25,
  metrics: { news: { accuracy: 0.9 } },
  provenance: { seed: 13 },
};
const files = [
  'model.int8.onnx',
  'model.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'weights.safetensors',
];

let parent: string;
let dir: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'moodtape-bundle-'));
  dir = join(parent, 'bundle');
});
afterEach(() => rm(parent, { recursive: true }));

const damage = (message: string | RegExp, at = dir) =>
  expect(loadBundle(at)).rejects.toThrow(
    expect.objectContaining({ code: 'MT_BUNDLE', message: expect.stringMatching(message) }),
  );

test('gives back what was saved', async () => {
  const { parameters, ...rest } = content;
  for (const bundle of [await saveBundle(dir, content, 'F32'), await loadBundle(dir)]) {
    expect(bundle).toMatchObject({ ...rest, dir });
    expect(bundle.version).toMatch(/^[0-9a-f]{12}$/);
    expect(await bundle.parameters()).toEqual(new Map([...parameters].sort(([a], [b]) => (a < b ? -1 : 1))));
  }
  expect((await readdir(dir)).sort()).toEqual(files);
  expect(await readdir(parent)).toEqual(['bundle']);
});

test('F16 rounds once: graphs and a second save start from the rounded weights', async () => {
  const first = await saveBundle(dir, content, 'F16');
  const rounded = await first.parameters();
  expect(rounded).not.toEqual(content.parameters);
  const again = await saveBundle(join(parent, 'again'), { ...content, parameters: rounded }, 'F16');
  expect(again.version).toBe(first.version);
  expect(await again.parameters()).toEqual(rounded);
  for (const precision of ['fp32', 'int8'] as const) {
    const graph = buildGraph({ spec, parameters: rounded, precision, temperature: 1.25, output: 'scores' });
    expect(Buffer.from(await first.graph(precision)).equals(graph)).toBe(true);
  }
});

test('the stored graph is the low-rank one of the router; others are made from the weights', async () => {
  const top1 = withExperts(1, 'top1');
  const bundle = await saveBundle(dir, { ...content, spec: top1 }, 'F32');
  const parameters = await bundle.parameters();
  const stored = await readFile(join(dir, 'model.int8.onnx'));
  expect(stored.equals(await bundle.graph('int8'))).toBe(true);
  expect(stored.equals(await bundle.graph('int8', 'router', 'low-rank'))).toBe(true);
  const made = { spec: top1, parameters, precision: 'int8', temperature: 1.25, output: 'scores' } as const;
  const merged = buildGraph({ ...made, form: 'merged' });
  expect(Buffer.from(await bundle.graph('int8', 'router', 'merged')).equals(merged)).toBe(true);
  const fixed = buildGraph({ ...made, route: { expert: 2 }, form: 'merged' });
  expect(Buffer.from(await bundle.graph('int8', { expert: 2 })).equals(fixed)).toBe(true);
});

test('the version tells bundles that score differently apart, and no others', async () => {
  const version = async (change: Partial<BundleContent>, stored: 'F16' | 'F32' = 'F32') =>
    (await saveBundle(dir, { ...content, ...change }, stored)).version;
  const original = await version({});
  expect(await version({ metrics: {}, provenance: { seed: 1 }, name: 'other' })).toBe(original);
  const others = [
    await version({ temperature: 1.5 }),
    await version({ spec: { ...spec, labels: ['a', 'b', 'c'] } }),
    await version({ parameters: randomParameters(spec, 2) }),
    await version({ tokenizer: { ...content.tokenizer, config: {} } }),
    await version({}, 'F16'),
  ];
  expect(new Set([original, ...others]).size).toBe(6);
});

describe('a damaged bundle is refused, and the file named', () => {
  let bundle: Bundle;
  beforeEach(async () => {
    bundle = await saveBundle(dir, content, 'F16');
  });

  test.each(files)('%s is missing', async (file) => {
    await rm(join(dir, file));
    await damage(file);
  });

  test.each(files)('%s has one other byte', async (file) => {
    const bytes = await readFile(join(dir, file));
    const { size } = await stat(join(dir, file));
    bytes[size >> 1] = (bytes[size >> 1] ?? 0) ^ 1;
    await writeFile(join(dir, file), bytes);
    await damage(file);
  });

  test.each([
    ['"temperature": 1.25', '"temperature": 2', /does not match its version/],
    ['"rank": 2', '"rank": 1', /does not match its version/],
    ['moodtape-bundle-1', 'moodtape-bundle-9', /does not know the format/],
    ['"heads": 2', '"heads": 3', /heads must divide hidden/],
    ['"maxLength": 20', '"maxLength": 23', /position table/],
    ['"at": 1', '"at": 4', /the router must read a layer/],
  ])('model.json says %s instead of %s', async (from, to, message) => {
    const path = join(dir, 'model.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace(from, to));
    await damage(message);
  });

  test('also when a file changes after it was opened', async () => {
    await writeFile(join(dir, 'weights.safetensors'), 'x');
    await expect(bundle.parameters()).rejects.toThrow(/weights.safetensors is damaged/);
    await expect(bundle.graph('fp32')).rejects.toThrow(/weights.safetensors is damaged/);
  });

  test('there is none', () => damage('model.json', join(parent, 'nothing')));
});

test('what cannot be stored leaves the old bundle in place', async () => {
  const old = await saveBundle(dir, content, 'F16');
  const parameters = new Map(content.parameters);
  parameters.set('head.bias', { shape: [3], data: Float32Array.of(0, 1e6, 0) });
  await expect(saveBundle(dir, { ...content, parameters }, 'F16')).rejects.toMatchObject({
    code: 'MT_BUNDLE',
    message: 'parameter head.bias holds a value that F16 cannot store',
  });
  expect((await loadBundle(dir)).version).toBe(old.version);
  expect(await readdir(parent)).toEqual(['bundle']);
});

test('a bundle can be copied elsewhere', async () => {
  const { version } = await saveBundle(dir, content, 'F16');
  await cp(dir, join(parent, 'copy'), { recursive: true });
  expect((await loadBundle(join(parent, 'copy'))).version).toBe(version);
});
