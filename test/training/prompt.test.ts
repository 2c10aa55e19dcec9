import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTokeniser } from '../../src/text/tokenise.js';
import { loadBackend } from '../../src/training/backend.js';
import { openBundle, saveTrained } from '../../src/training/bundle.js';
import { countParameters } from '../../src/training/cost.js';
import { basePhase } from '../../src/training/phases/base.js';
import { withPrompt } from '../../src/training/prompt.js';
import { withPromptTokens } from '../../src/training/prompt-tokens.js';
import { DEFAULT_SETTINGS } from '../../src/training/settings.js';
import { trainPhase } from '../../src/training/train-phase.js';
import { WORDS } from '../../src/training/word-gradient.js';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';

// Guards: the vectors of P-tuning stand before every text, they and the head alone learn, and the bundle is an ordinary
// one that reads texts with them.

const TOKENS = 3;
let folder = '';
const path = (name: string) => join(folder, name);
beforeAll(async () => {
  await loadBackend('wasm');
  folder = await mkdtemp(join(tmpdir(), 'moodtape-prompt-'));
  await saveTinyBundle(path('model'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const settings = { ...DEFAULT_SETTINGS.base, epochs: 2, batchSize: 2, learningRate: 0.05, warmup: 1 };

async function trained() {
  const plain = await openBundle(path('model'));
  const start = withPrompt(plain, TOKENS, 13);
  const { labels } = start.model.spec;
  const phase = basePhase(start.model, {
    labels,
    method: { name: 'p-tuning', promptTokens: TOKENS },
    seed: 13,
  });
  const texts = ['大盘跌', '茅台涨停', '股市空'].map((text, label) => ({
    ids: start.tokenise(text).ids,
    label,
    domain: '',
    source: '',
  }));
  const model = await trainPhase({
    phase,
    texts,
    valid: texts,
    settings,
    stop: new AbortController().signal,
    checkpointDir: path('unfinished'),
    onStep() {},
    onEvaluation() {},
  });
  return { plain, start, phase, model };
}

describe('P-tuning', () => {
  it('puts its tokens between the first special token and the text', async () => {
    const plain = await openBundle(path('model'));
    const { vocabulary } = plain.model.spec.encoder;
    const start = withPrompt(plain, TOKENS, 13);
    const [cls, ...text] = plain.tokenise('茅台涨停').ids;
    const prompt = [vocabulary, vocabulary + 1, vocabulary + 2];
    expect([...start.tokenise('茅台涨停').ids]).toEqual([cls, ...prompt, ...text]);
    // A long text is cut at its end, and one that spells a prompt's token out does not get it.
    const long = start.tokenise('涨'.repeat(200)).ids;
    expect(long).toHaveLength(plain.model.spec.maxLength);
    expect([...long.slice(0, 4)]).toEqual([cls, ...prompt]);
    const spelled = [...start.tokenise(`[PROMPT-${vocabulary}]`).ids];
    expect(spelled.filter((id) => id === vocabulary)).toHaveLength(1);
  });

  it('learns its vectors and the head, and leaves all else', async () => {
    const { phase, model } = await trained();
    const changed = [...model.parameters].filter(
      ([name, { data }]) => !data.every((x, i) => x === phase.model.parameters.get(name)?.data[i]),
    );
    expect(changed.map(([name]) => name).sort()).toEqual([WORDS, 'head.bias', 'head.weight'].sort());
    const { hidden, vocabulary } = phase.model.spec.encoder;
    const [before, after] = [phase.model, model].map(({ parameters }) => parameters.get(WORDS)?.data);
    const moved = Array.from({ length: vocabulary }, (_, row) => row).filter((row) =>
      after?.slice(row * hidden, (row + 1) * hidden).some((x, i) => x !== before?.[row * hidden + i]),
    );
    expect(moved).toEqual([vocabulary - 3, vocabulary - 2, vocabulary - 1]);
    const { learnedParameters } = countParameters(phase);
    expect(learnedParameters).toBe(TOKENS * hidden + hidden * 3 + 3);
  });

  it('leaves a bundle that reads texts with its vectors', async () => {
    const { start, model } = await trained();
    const nothing = { settings: {}, backend: 'wasm', train: [], valid: [] } as const;
    const saved = { phase: 'base', ...nothing, from: [start.bundle] };
    await saveTrained(path('prompted'), 'prompted', model, saved);
    const opened = await openBundle(path('prompted'));
    expect(opened.tokenise('大盘跌').ids).toEqual(start.tokenise('大盘跌').ids);
    // Again: the new tokens have names of their own.
    const twice = withPrompt(opened, 1, 13);
    expect(twice.tokenise('大盘跌').ids).toHaveLength(start.tokenise('大盘跌').ids.length + 1);
  });
});

describe('a frame of special tokens', () => {
  const model = { type: 'WordPiece', unk_token: 'u', vocab: { u: 0, '<s>': 1, '</s>': 2, a: 3 } };
  const common = {
    added_tokens: ['<s>', '</s>'].map((content, i) => ({ id: i + 1, content, special: true })),
    normalizer: null,
    pre_tokenizer: { type: 'Whitespace' },
    decoder: null,
    model: { ...model, continuing_subword_prefix: '##', max_input_chars_per_word: 100 },
  };
  const frame = { cls: ['<s>', 1], sep: ['</s>', 2] };
  const special = (id: string, ids: number[]) => ({ id, ids, tokens: [id] });
  const template = {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '<s>', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '</s>', type_id: 0 } },
    ],
    pair: [],
    special_tokens: { '<s>': special('<s>', [1]), '</s>': special('</s>', [2]) },
  };

  it.each([
    ['BERT', { type: 'BertProcessing', ...frame }],
    ['RoBERTa', { type: 'RobertaProcessing', ...frame, trim_offsets: true, add_prefix_space: true }],
    ['a template', template],
  ])('takes a prompt: %s', (_name, post_processor) => {
    const json = withPromptTokens({ ...common, post_processor }, [4, 5]);
    expect([...loadTokeniser(json, {}, 9)('a a').ids]).toEqual([1, 4, 5, 3, 3, 2]);
  });

  it('is needed', () => {
    const refused = expect.objectContaining({ code: 'MT_TRAINING' });
    expect(() => withPromptTokens({ ...common, post_processor: null }, [4])).toThrow(refused);
  });
});
