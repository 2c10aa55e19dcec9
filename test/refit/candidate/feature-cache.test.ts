import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../../src/model/safetensors.js';
import { cachedStates } from '../../../src/refit/candidate/feature-cache.js';
import { hiddenStates } from '../../../src/training/frozen-layers.js';
import type { Model } from '../../../src/training/model.js';
import { randomParameters, tinySpec, twoExperts } from '../../training/tiny-model.js';

// Guards: what a refit learns from is what the frozen layers say, the same each time, and the file stays bounded.

const LAYERS = 1;
const AMPLE = 1e9;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'moodtape-features-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function model(seed: number): Model {
  const spec = tinySpec(twoExperts(LAYERS));
  return { spec, parameters: randomParameters(spec, seed) };
}

const text = (...ids: number[]) => Int32Array.from([1, ...ids, 2]);
const texts = [text(5, 6), text(7), text(8, 9, 10), text(5, 6)];
const file = () => join(folder, readdirSync(folder)[0] ?? '');
const held = () => decodeSafetensors(readFileSync(file())).size;

it('gives the hidden states, in halves, in the order of the texts', async () => {
  const states = await cachedStates(folder, AMPLE)(model(1), LAYERS, texts);
  const exact = await hiddenStates(model(1), LAYERS, texts);
  expect(states.map(({ length }) => length)).toEqual(exact.map(({ length }) => length));
  for (const [i, values] of states.entries()) {
    for (const [k, value] of values.entries()) {
      const wanted = exact[i]?.[k] ?? Number.NaN;
      expect(Math.abs(value - wanted)).toBeLessThanOrEqual(2 ** -11 * Math.abs(wanted) + 1e-6);
    }
  }
  expect(states[3]).toEqual(states[0]);
  expect(held()).toBe(3);
});

it('reads what it holds, and computes only the rest', async () => {
  const statesOf = cachedStates(folder, AMPLE);
  const first = await statesOf(model(1), LAYERS, texts.slice(0, 2));
  const marked = [...decodeSafetensors(readFileSync(file()))].map(
    ([name, { shape, data }]) => [name, { shape, data: data.map(() => 7) }] as const,
  );
  writeFileSync(file(), encodeSafetensors(new Map(marked), 'F16'));
  const [known, , computed] = await statesOf(model(1), LAYERS, texts);
  expect(known).toEqual(first[0]?.map(() => 7));
  expect(computed).not.toContain(7);
});

it('gives the same numbers again, be they computed or read', async () => {
  const first = await cachedStates(folder, AMPLE)(model(1), LAYERS, texts);
  expect(await cachedStates(folder, AMPLE)(model(1), LAYERS, texts)).toEqual(first);
});

it('holds the texts asked for last, and of the earlier ones what there is room for', async () => {
  const statesOf = cachedStates(folder, 0);
  await statesOf(model(1), LAYERS, texts.slice(0, 2));
  expect(held()).toBe(2);
  await statesOf(model(1), LAYERS, texts.slice(1, 3));
  expect(held()).toBe(2);
  const size = statSync(file()).size;
  await cachedStates(folder, AMPLE)(model(1), LAYERS, texts);
  expect(held()).toBe(3);
  expect(statSync(file()).size).toBeGreaterThan(size);
});

it('keeps nothing of other weights, nor what a killed process left', async () => {
  const statesOf = cachedStates(folder, AMPLE);
  writeFileSync(join(folder, 'left.new'), 'half a file');
  const before = await statesOf(model(1), LAYERS, texts);
  expect(readdirSync(folder)).toHaveLength(1);
  const after = await statesOf(model(2), LAYERS, texts);
  expect(after).not.toEqual(before);
  expect(readdirSync(folder)).toHaveLength(1);
});

it('takes models for the same that differ above the frozen layers alone', async () => {
  const start = model(1);
  const other = model(2).parameters;
  const above = [...start.parameters].map(
    ([name, parameter]) =>
      [name, /^layer\.1|router|head/.test(name) ? (other.get(name) ?? parameter) : parameter] as const,
  );
  const statesOf = cachedStates(folder, AMPLE);
  const before = await statesOf(start, LAYERS, texts);
  const { mtimeMs } = statSync(file());
  expect(await statesOf({ ...start, parameters: new Map(above) }, LAYERS, texts)).toEqual(before);
  expect(statSync(file()).mtimeMs).toBe(mtimeMs);
});

it('says which folder it cannot use', async () => {
  writeFileSync(join(folder, 'file'), '');
  const refused = cachedStates(join(folder, 'file'), AMPLE)(model(1), LAYERS, texts);
  await expect(refused).rejects.toMatchObject({ code: 'MT_FILE' });
});
