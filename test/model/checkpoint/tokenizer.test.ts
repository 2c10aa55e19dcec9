import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { readCheckpointTokenizer } from '../../../src/model/checkpoint/tokenizer.js';
import { loadTokeniser } from '../../../src/text/tokenise.js';
import { checkpointFolder, readTokenIds } from '../../fixtures/checkpoints.js';

// Guards: the tokenizer of a folder without tokenizer.json gives the ids that transformers gives with it.

const modelSchema = z.object({
  model: z.object({
    vocab: z.record(z.string(), z.number()),
    merges: z.array(z.tuple([z.string(), z.string()])).default([]),
  }),
});

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'moodtape-tokenizer-'));
});
afterEach(() => rm(dir, { recursive: true }));

const write = (name: string, text: string) => writeFile(join(dir, name), text);
const tokenise = async () => {
  const { json, config } = await readCheckpointTokenizer(dir);
  return loadTokeniser(json, config, 512);
};
const refusal = (expected: object) =>
  expect(readCheckpointTokenizer(dir)).rejects.toThrow(
    expect.objectContaining({ code: 'MT_CHECKPOINT', ...expected }),
  );

/** Copies a fixture and takes its tokenizer.json away, which is returned. */
async function withoutJson(name: string) {
  await cp(checkpointFolder(name), dir, { recursive: true });
  const { model } = modelSchema.parse(JSON.parse(await readFile(join(dir, 'tokenizer.json'), 'utf8')));
  await rm(join(dir, 'tokenizer.json'));
  return model;
}

async function expectReferenceIds(name: string): Promise<void> {
  const idsOf = await tokenise();
  for (const { text, ids } of await readTokenIds(name)) expect([...idsOf(text).ids]).toEqual(ids);
}

const vocabTxt = (vocab: Record<string, number>) =>
  Object.entries(vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([piece]) => `${piece}\n`)
    .join('');

test('vocab.txt is enough for WordPiece', async () => {
  const { vocab } = await withoutJson('bert');
  await write('vocab.txt', vocabTxt(vocab));
  await expectReferenceIds('bert');
  await rm(join(dir, 'tokenizer_config.json'));
  await expectReferenceIds('bert');
});

test('vocab.json and merges.txt are enough for byte-level BPE', async () => {
  const { vocab, merges } = await withoutJson('roberta');
  await write('vocab.json', JSON.stringify(vocab));
  await write('merges.txt', `#version: 0.2\n${merges.map((pair) => `${pair.join(' ')}\n`).join('')}`);
  await expectReferenceIds('roberta');
});

test('tokenizer_config.json decides on case, whatever tokenizer.json says', async () => {
  await cp(checkpointFolder('bert'), dir, { recursive: true });
  const lower = [...(await tokenise())('SHARES').ids];
  await write('tokenizer_config.json', JSON.stringify({ do_lower_case: false }));
  expect([...(await tokenise())('shares').ids]).toEqual(lower);
  expect([...(await tokenise())('SHARES').ids]).not.toEqual(lower);
});

test('a vocabulary without the special tokens is refused', async () => {
  await write('vocab.txt', '[PAD]\n[UNK]\n[CLS]\nword\n');
  await refusal({ message: expect.stringMatching(/vocab\.txt has no token \[SEP\]/) });
});

test('a folder with a SentencePiece model alone is told how to write tokenizer.json', async () => {
  await write('sentencepiece.bpe.model', '');
  await refusal({
    message: expect.stringContaining('has no tokenizer.json'),
    remedy: expect.stringContaining('AutoTokenizer'),
  });
});

test.each(['tokenizer.json', 'tokenizer_config.json', 'vocab.json'])('a broken %s is named', async (file) => {
  await write('merges.txt', '');
  await write('vocab.json', '{}');
  await write(file, '{');
  await refusal({ message: expect.stringContaining(file) });
});
