import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readCheckpointTokenizer } from '../../src/model/checkpoint/tokenizer.js';
import { readCheckpoint } from '../../src/model/checkpoint.js';
import type { TokenizerFiles } from '../../src/model/files.js';
import { buildGraph } from '../../src/model/graph.js';
import { loadTokeniser } from '../../src/text/tokenise.js';
import { readReference, readTokenIds } from '../fixtures/checkpoints.js';
import { describeWithMiniLm } from '../services/describe.js';
import { largestDifference, run } from './support.js';

// Guards: a published checkpoint of real size and weights gives what it gives in PyTorch transformers.

describeWithMiniLm('an imported MiniLM', (checkpoint) => {
  it('gives the hidden states of all tokens and their mean', async () => {
    const { encoder, parameters } = await readCheckpoint(checkpoint);
    const spec = { encoder, experts: null, labels: ['a', 'b'], maxLength: 32 };
    const cases = await readReference('minilm');
    const texts = cases.map(({ inputIds }) => inputIds);
    const outputOf = (output: 'pooled' | { hidden: number }) =>
      run(buildGraph({ spec, parameters, precision: 'fp32', output }), texts, encoder.padId, 32);
    const { hidden } = await outputOf({ hidden: encoder.layers });
    for (const [row, { hidden: states }] of cases.entries()) {
      const expected = (states.at(-1) ?? []).flat();
      const start = row * 32 * encoder.hidden;
      const own = hidden?.subarray(start, start + expected.length) ?? [];
      expect(largestDifference(own, expected)).toBeLessThan(1e-4);
    }
    const { pooled = [] } = await outputOf('pooled');
    expect(
      largestDifference(
        pooled,
        cases.flatMap(({ mean }) => mean),
      ),
    ).toBeLessThan(1e-4);
  });

  it('gives a thousand texts their token ids, also from vocab.txt alone', async () => {
    const cases = await readTokenIds('minilm');
    const expectIds = ({ json, config }: TokenizerFiles) => {
      const tokenise = loadTokeniser(json, config, 512);
      for (const { text, ids } of cases) expect([...tokenise(text).ids]).toEqual(ids);
    };
    expectIds(await readCheckpointTokenizer(checkpoint));
    const dir = await mkdtemp(join(tmpdir(), 'moodtape-minilm-'));
    try {
      await copyFile(join(checkpoint, 'vocab.txt'), join(dir, 'vocab.txt'));
      expectIds(await readCheckpointTokenizer(dir));
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
