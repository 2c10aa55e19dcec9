import type { EngineBundle } from '../../src/inference/create-engine.js';
import { buildGraph } from '../../src/model/graph.js';
import { type Parameter, type Parameters, parameterShapes } from '../../src/model/parameters.js';
import type { ModelSpec } from '../../src/model/spec.js';

const SPECIALS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];
const WORDS = [...SPECIALS, ...'利好空中性涨跌停股市大盘毒0123456789'];

const SPEC: ModelSpec = {
  encoder: {
    vocabulary: WORDS.length,
    positions: 32,
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
  maxLength: 32,
};

/** A mixture small enough to start at once, with weights that do not change from run to run. */
export const TINY_BUNDLE: EngineBundle = {
  name: 'tiny',
  version: 'tiny-1',
  spec: SPEC,
  tokenizer: {
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
        vocab: Object.fromEntries(WORDS.map((word, id) => [word, id])),
      },
    },
  },
  graph: async (precision) =>
    buildGraph({ spec: SPEC, parameters: parameters(), precision, output: 'scores' }),
};

function parameters(): Parameters {
  let seed = 0;
  const wave = () => Math.sin(++seed * 12.9898) * 0.4;
  return new Map(
    [...parameterShapes(SPEC)].map(([name, shape]): [string, Parameter] => {
      const size = shape.reduce((product, side) => product * side, 1);
      const near = name.endsWith('.gain') || name.endsWith('temperature') ? 1 : 0;
      return [name, { shape, data: Float32Array.from({ length: size }, () => near + wave()) }];
    }),
  );
}
