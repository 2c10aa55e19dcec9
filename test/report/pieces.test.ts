import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readTokenizer } from '../../src/model/files.js';
import { loadPieces } from '../../src/report/pieces.js';
import { loadTokeniser } from '../../src/text/tokenise.js';

// Guards: what is coloured in a case is the text, character by character, whatever the tokeniser.

const folder = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
// Of each tokeniser what its normaliser and its vocabulary make of the text.
const READ: readonly (readonly [kind: string, path: string, text: string])[] = [
  ['Unigram', 'models/default', '比亚迪涨停 20%, up 3.5 points! [UNK]'],
  ['Unigram of XLM-R', 'test/fixtures/checkpoints/xlm-roberta', '比亚迪涨停 20%, up 3.5 points! 😀'],
  ['WordPiece', 'test/fixtures/checkpoints/bert', '比亚迪涨停 20 %, up 3. 5 points! 😀'],
  ['byte-level BPE', 'test/fixtures/checkpoints/roberta', '比亚迪涨停 20%, up 3.5 points! 😀'],
];

test.each(READ)('%s: the pieces of a text are the text', async (_, path, text) => {
  const files = await readTokenizer(folder(path), 'MT_BUNDLE');
  const { ids } = loadTokeniser(files.json, files.config, 120)('比亚迪涨停 20%, up 3.5 points! 😀');
  const pieces = loadPieces(files);
  const special = [...ids].map((id) => pieces.isSpecial(id));
  expect([special[0], special.at(-1)]).toEqual([true, true]);
  expect(special.slice(1, -1)).not.toContain(true);
  const split = pieces.split(ids.slice(1, -1));
  expect(split).toHaveLength(ids.length - 2);
  expect(split.join('')).toBe(text);
});

test('a file that makes no tokeniser is named so', () => {
  expect(() => loadPieces({ json: {}, config: {} })).toThrow(expect.objectContaining({ code: 'MT_BUNDLE' }));
});
