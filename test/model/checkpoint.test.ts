import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readCheckpoint } from '../../src/model/checkpoint.js';
import { buildGraph } from '../../src/model/graph.js';
import type { Parameters } from '../../src/model/parameters.js';
import { decodeSafetensors, encodeSafetensors } from '../../src/model/safetensors.js';
import { largestDifference, run } from './support.js';

const CHECKPOINTS = fileURLToPath(new URL('../fixtures/checkpoints', import.meta.url));

/** See fixtures/checkpoints/make.py; `hidden` is [states, tokens, hidden]. */
const referenceSchema = z.object({
  cases: z.array(z.object({ inputIds: z.array(z.number()), hidden: z.array(z.array(z.array(z.number()))) })),
});

describe.each(['bert', 'roberta', 'xlm-roberta'])('%s', (name) => {
  test('gives the hidden states that PyTorch gives, in a padded batch and alone', async () => {
    const dir = join(CHECKPOINTS, name);
    const { encoder, parameters } = await readCheckpoint(dir);
    const spec = { encoder, experts: null, labels: ['a', 'b'], maxLength: 36 };
    const { cases } = referenceSchema.parse(JSON.parse(await readFile(join(dir, 'reference.json'), 'utf8')));
    const texts = cases.map(({ inputIds }) => inputIds);
    for (let after = 0; after <= encoder.layers; after++) {
      const graph = buildGraph({ spec, parameters, precision: 'fp32', output: { hidden: after } });
      const { hidden } = await run(graph, texts, encoder.padId, 36);
      for (const [row, { inputIds, hidden: states }] of cases.entries()) {
        const expected = (states[after] ?? []).flat();
        const start = row * 36 * encoder.hidden;
        const batched = hidden?.subarray(start, start + inputIds.length * encoder.hidden) ?? [];
        expect(largestDifference(batched, expected)).toBeLessThan(1e-4);
        const { hidden: alone = [] } = await run(graph, [inputIds], encoder.padId);
        expect(largestDifference(alone, expected)).toBeLessThan(1e-4);
      }
    }
  });

  test('comes with its tokenizer', async () => {
    const { tokenizer } = await readCheckpoint(join(CHECKPOINTS, name));
    expect(tokenizer.json).toHaveProperty('model.vocab');
    expect(tokenizer.config).toHaveProperty('pad_token');
  });
});

describe('what cannot be imported is refused by name', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'moodtape-checkpoint-'));
    await cp(join(CHECKPOINTS, 'bert'), dir, { recursive: true });
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

  async function changeWeights(change: (weights: Parameters) => Parameters): Promise<void> {
    const path = join(dir, 'model.safetensors');
    await writeFile(path, encodeSafetensors(change(decodeSafetensors(await readFile(path))), 'F32'));
  }

  test.each([
    [{ model_type: 'gpt2' }, /must be of type bert, roberta or xlm-roberta/],
    [{ hidden_act: 'gelu_new' }, /only the erf-based "gelu"/],
    [{ position_embedding_type: 'relative_key' }, /relative positions are not supported/],
    [{ is_decoder: true }, /a decoder is not supported/],
    [{ num_attention_heads: 5 }, /does not divide/],
    [{ hidden_size: 'wide' }, /hidden_size/],
    [{ vocab_size: 151 }, /embeddings.word has the shape \[150,32\], config.json says \[151,32\]/],
    [{ num_hidden_layers: 3 }, /no tensor bert.encoder.layer.2.attention.self.query.weight/],
  ])('config %o', async (change, message) => {
    await changeConfig(change);
    await refusal(message);
  });

  test.each(['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'])(
    'no or broken %s',
    async (file) => {
      await writeFile(join(dir, file), '{');
      await refusal(file);
      await rm(join(dir, file));
      await refusal(file);
    },
  );

  test('other tensors', async () => {
    await changeWeights(
      (weights) => new Map([...weights].map(([name, tensor]) => [`other.${name}`, tensor])),
    );
    await refusal('no tensor embeddings.word_embeddings.weight');
  });

  test('old names of the layer norms are understood', async () => {
    const before = await readCheckpoint(dir);
    await changeWeights((weights) => {
      const old = (name: string) =>
        name.replace(/(LayerNorm\.)weight$/, '$1gamma').replace(/(LayerNorm\.)bias$/, '$1beta');
      return new Map([...weights].map(([name, tensor]) => [old(name), tensor]));
    });
    expect((await readCheckpoint(dir)).parameters).toEqual(before.parameters);
  });
});
