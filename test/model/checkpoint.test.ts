import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCheckpoint } from '../../src/model/checkpoint.js';
import { buildGraph } from '../../src/model/graph.js';
import type { Parameters } from '../../src/model/parameters.js';
import { decodeSafetensors, encodeSafetensors } from '../../src/model/safetensors.js';
import { CHECKPOINTS, checkpointFolder, readReference } from '../fixtures/checkpoints.js';
import { largestDifference, run } from './support.js';

// Guards: an imported encoder computes what PyTorch transformers computes from the same checkpoint, be it stored in
// float32, float16 or bfloat16, in one file or in shards, with a prefix or without; and what differs is refused.

const LENGTH = 36;

describe.each(CHECKPOINTS)('%s', (name) => {
  test('gives the hidden states that PyTorch gives, in a padded batch and alone', async () => {
    const { encoder, parameters } = await readCheckpoint(checkpointFolder(name));
    const spec = { encoder, experts: null, labels: ['a', 'b'], maxLength: LENGTH };
    const cases = await readReference(name);
    const texts = cases.map(({ inputIds }) => inputIds);
    for (let after = 0; after <= encoder.layers; after++) {
      const graph = buildGraph({ spec, parameters, precision: 'fp32', output: { hidden: after } });
      const { hidden } = await run(graph, texts, encoder.padId, LENGTH);
      for (const [row, { inputIds, hidden: states }] of cases.entries()) {
        const expected = (states[after] ?? []).flat();
        const start = row * LENGTH * encoder.hidden;
        const batched = hidden?.subarray(start, start + inputIds.length * encoder.hidden) ?? [];
        expect(largestDifference(batched, expected)).toBeLessThan(1e-4);
        const { hidden: alone = [] } = await run(graph, [inputIds], encoder.padId);
        expect(largestDifference(alone, expected)).toBeLessThan(1e-4);
      }
    }
  });

  test('gives the mean over the tokens that PyTorch gives', async () => {
    const { encoder, parameters } = await readCheckpoint(checkpointFolder(name));
    const spec = { encoder, experts: null, labels: ['a', 'b'], maxLength: LENGTH };
    const cases = await readReference(name);
    const graph = buildGraph({ spec, parameters, precision: 'fp32', output: 'pooled' });
    const texts = cases.map(({ inputIds }) => inputIds);
    const { pooled = [] } = await run(graph, texts, encoder.padId, LENGTH);
    expect(
      largestDifference(
        pooled,
        cases.flatMap(({ mean }) => mean),
      ),
    ).toBeLessThan(1e-4);
  });
});

describe('a checkpoint', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'moodtape-checkpoint-'));
    await cp(checkpointFolder('bert'), dir, { recursive: true });
  });
  afterEach(() => rm(dir, { recursive: true }));

  const refusal = (message: string | RegExp) =>
    expect(readCheckpoint(dir)).rejects.toThrow(
      expect.objectContaining({ code: 'MT_CHECKPOINT', message: expect.stringMatching(message) }),
    );

  async function changeConfig(change: object): Promise<void> {
    const path = join(dir, 'config.json');
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...change }));
  }

  async function rename(tensor: (name: string) => string): Promise<void> {
    const path = join(dir, 'model.safetensors');
    const weights: Parameters = decodeSafetensors(await readFile(path));
    const renamed = new Map([...weights].map(([name, values]) => [tensor(name), values]));
    await writeFile(path, encodeSafetensors(renamed, 'F32'));
  }

  test.each([
    [{ model_type: 'gpt2' }, /must be of type bert, roberta or xlm-roberta/],
    [{ model_type: undefined }, /must be of type bert, roberta or xlm-roberta/],
    [{ hidden_act: 'gelu_new' }, /only the erf-based "gelu"/],
    [{ hidden_act: 'relu' }, /only the erf-based "gelu"/],
    [{ position_embedding_type: 'relative_key' }, /relative positions are not supported/],
    [{ is_decoder: true }, /a decoder is not supported/],
    [{ quantization_config: { quant_method: 'gptq' } }, /quantised weights are not supported/],
    [{ num_attention_heads: 5 }, /does not divide/],
    [{ hidden_size: 'wide' }, /hidden_size/],
    [{ vocab_size: 1001 }, /embeddings.word has the shape \[1000,32\], config.json says \[1001,32\]/],
    [{ num_hidden_layers: 3 }, /no tensor bert.encoder.layer.2.attention.self.query.weight/],
  ])('is refused for its config %o', async (change, message) => {
    await changeConfig(change);
    await refusal(message);
  });

  test('is refused without a readable config', async () => {
    await writeFile(join(dir, 'config.json'), '{');
    await refusal('config.json');
    await rm(join(dir, 'config.json'));
    await refusal('config.json');
  });

  test('is refused for other tensors', async () => {
    await rename((name) => `other.${name}`);
    await refusal('no tensor embeddings.word_embeddings.weight');
  });

  test('may do without a prefix, or have that of another architecture', async () => {
    const before = await readCheckpoint(dir);
    await rename((name) => name.replace(/^bert\./, 'roberta.'));
    expect((await readCheckpoint(dir)).parameters).toEqual(before.parameters);
    await rename((name) => name.replace(/^roberta\./, ''));
    expect((await readCheckpoint(dir)).parameters).toEqual(before.parameters);
  });

  test('may have the old names of the layer norms', async () => {
    const before = await readCheckpoint(dir);
    await rename((name) =>
      name.replace(/(LayerNorm\.)weight$/, '$1gamma').replace(/(LayerNorm\.)bias$/, '$1beta'),
    );
    expect((await readCheckpoint(dir)).parameters).toEqual(before.parameters);
  });
});
