import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadTokeniser } from '../../src/text/tokenise.js';
import { importCheckpoint } from '../../src/training/import-checkpoint.js';
import { CHECKPOINTS, checkpointFolder } from '../fixtures/checkpoints.js';
import { run } from '../model/support.js';

// Guards: every kind of checkpoint becomes a bundle that scores, and what would only fail later is refused at once.

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'moodtape-import-'));
});
afterAll(() => rm(dir, { recursive: true }));

const refusal = (from: string, message: RegExp, maxLength?: number) =>
  expect(
    importCheckpoint(from, join(dir, 'none'), { seed: 1, ...(maxLength !== undefined && { maxLength }) }),
  ).rejects.toThrow(
    expect.objectContaining({ code: 'MT_CHECKPOINT', message: expect.stringMatching(message) }),
  );

test.each(CHECKPOINTS)('%s becomes a bundle that scores', async (name) => {
  const { spec, tokenizer, graph } = await importCheckpoint(checkpointFolder(name), join(dir, name), {
    seed: 1,
  });
  const { ids } = loadTokeniser(tokenizer.json, tokenizer.config, spec.maxLength)('银行股集体走强');
  const { probabilities = [] } = await run(await graph('int8'), [[...ids]], spec.encoder.padId);
  expect(probabilities).toHaveLength(3);
  expect(Array.from(probabilities).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1);
});

test('an import can be repeated to the byte', async () => {
  const [first, second] = [join(dir, 'first'), join(dir, 'second')];
  await importCheckpoint(checkpointFolder('xlm-roberta'), first, { seed: 1 });
  await importCheckpoint(checkpointFolder('xlm-roberta'), second, { seed: 1 });
  expect(await readFile(join(second, 'model.json'))).toEqual(await readFile(join(first, 'model.json')));
});

test('a length beyond the positions is refused', async () => {
  // Two of RoBERTa's positions stand before the first token.
  await refusal(checkpointFolder('roberta'), /positions for 64 tokens, not 65/, 65);
});

test('a tokenizer of another kind is refused', async () => {
  const from = join(dir, 'word-level');
  await cp(checkpointFolder('bert'), from, { recursive: true });
  const json = JSON.parse(await readFile(join(from, 'tokenizer.json'), 'utf8'));
  await writeFile(
    join(from, 'tokenizer.json'),
    JSON.stringify({ ...json, model: { ...json.model, type: 'WordLevel' } }),
  );
  await refusal(from, /word-level: the tokeniser cannot be loaded/);
});
