import { saveBundle } from '../../src/model/bundle.js';
import { type Parameter, parameterShapes } from '../../src/model/parameters.js';
import type { ModelSpec } from '../../src/model/spec.js';

const SPECIALS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];
const VOCABULARY = [...SPECIALS, ...'利好空中性涨跌停股市大盘茅台万科公司今日0123456789'];

const SPEC: ModelSpec = {
  encoder: {
    vocabulary: VOCABULARY.length,
    positions: 64,
    positionOffset: 0,
    layers: 2,
    hidden: 16,
    heads: 2,
    intermediate: 32,
    layerNormEps: 1e-12,
    padId: 0,
  },
  experts: {
    kind: 'domain-lora',
    names: ['news', 'forum'],
    rank: 2,
    alpha: 4,
    router: { at: 1, hidden: 8, mix: 'soft' },
  },
  labels: ['利空', '中性', '利好'],
  maxLength: 64,
};

const TOKENIZER = {
  config: {},
  json: {
    added_tokens: SPECIALS.map((content, id) => ({ id, content, special: true })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: { type: 'BertProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] },
    decoder: null,
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(VOCABULARY.map((word, id) => [word, id])),
    },
  },
};

/** Writes a small mixture with weights that mean nothing, and are the same in every run. */
export async function saveRandomBundle(dir: string): Promise<void> {
  let seed = 0;
  const wave = () => Math.sin(++seed * 12.9898) * 0.4;
  const parameters = new Map(
    [...parameterShapes(SPEC)].map(([name, shape]): [string, Parameter] => {
      const size = shape.reduce((product, side) => product * side, 1);
      const near = name.endsWith('.gain') || name.endsWith('temperature') ? 1 : 0;
      return [name, { shape, data: Float32Array.from({ length: size }, () => near + wave()) }];
    }),
  );
  const content = { name: 'random', spec: SPEC, parameters, tokenizer: TOKENIZER, temperature: 1 };
  await saveBundle(dir, { ...content, metrics: {}, provenance: {} }, 'F32');
}
