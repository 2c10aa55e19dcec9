import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadTokeniser } from '../../src/text/tokenise.js';
import { CHECKPOINTS, checkpointFolder, readTokenIds } from '../fixtures/checkpoints.js';

// Guards: WordPiece, byte-level BPE and Unigram give the ids that transformers gives.

describe.each(CHECKPOINTS)('the tokenizer of %s', (name) => {
  test('gives a thousand Chinese, English and mixed texts the ids of transformers', async () => {
    const read = async (file: string): Promise<unknown> =>
      JSON.parse(await readFile(join(checkpointFolder(name), file), 'utf8'));
    const tokenise = loadTokeniser(await read('tokenizer.json'), await read('tokenizer_config.json'), 512);
    const cases = await readTokenIds(name);
    expect(cases).toHaveLength(1000);
    for (const { text, ids } of cases) expect({ text, ids: [...tokenise(text).ids] }).toEqual({ text, ids });
  });
});
