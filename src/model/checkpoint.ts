import { join } from 'node:path';
import { z } from 'zod';
import { MoodtapeError } from '../errors.js';
import { parseJson, parseWeights, readBytes, readTokenizer, type TokenizerFiles } from './files.js';
import { transposed } from './matrix.js';
import { encoderShapes, type Parameter, type Parameters } from './parameters.js';
import type { EncoderSpec } from './spec.js';

/** An encoder imported from a Hugging Face folder. */
export interface Checkpoint {
  readonly encoder: EncoderSpec;
  /** The parameters that `encoderShapes` lists. */
  readonly parameters: Parameters;
  readonly tokenizer: TokenizerFiles;
}

const count = z.number().int().positive();

// Defaults are those of transformers' BertConfig and RobertaConfig.
const common = {
  vocab_size: count,
  hidden_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  intermediate_size: count,
  max_position_embeddings: count,
  layer_norm_eps: z.number().positive().default(1e-12),
  hidden_act: z.literal('gelu', 'only the erf-based "gelu" is supported').default('gelu'),
  position_embedding_type: z.literal('absolute', 'relative positions are not supported').default('absolute'),
  is_decoder: z.literal(false, 'a decoder is not supported').default(false),
};

const padId = z.number().int().nonnegative();
const configSchema = z.discriminatedUnion(
  'model_type',
  [
    z.object({ model_type: z.literal('bert'), pad_token_id: padId.default(0), ...common }),
    z.object({ model_type: z.enum(['roberta', 'xlm-roberta']), pad_token_id: padId.default(1), ...common }),
  ],
  'the model must be of type bert, roberta or xlm-roberta',
);

/** Where the encoder's tensors lie in a model with a head, and without. */
const PREFIXES = ['', 'bert.', 'roberta.'];

const MODULES: ReadonlyMap<string, string> = new Map([
  ['attention.query', 'attention.self.query'],
  ['attention.key', 'attention.self.key'],
  ['attention.value', 'attention.self.value'],
  ['attention.output', 'attention.output.dense'],
  ['attention.norm', 'attention.output.LayerNorm'],
  ['ffn.up', 'intermediate.dense'],
  ['ffn.down', 'output.dense'],
  ['ffn.norm', 'output.LayerNorm'],
]);

/**
 * Imports the encoder of a BERT, RoBERTa or XLM-RoBERTa checkpoint: config.json, model.safetensors, tokenizer.json and
 * tokenizer_config.json. Poolers and heads are left behind.
 *
 * @throws MoodtapeError MT_CHECKPOINT when a file or a tensor is missing or damaged, or the architecture is another.
 */
export async function readCheckpoint(dir: string): Promise<Checkpoint> {
  const encoder = await readConfig(join(dir, 'config.json'));
  const path = join(dir, 'model.safetensors');
  const tensors = parseWeights(await readBytes(path, 'MT_CHECKPOINT'), path, 'MT_CHECKPOINT');
  const parameters = importParameters(encoder, new Tensors(tensors, path));
  return { encoder, parameters, tokenizer: await readTokenizer(dir, 'MT_CHECKPOINT') };
}

async function readConfig(path: string): Promise<EncoderSpec> {
  const bytes = await readBytes(path, 'MT_CHECKPOINT');
  const config = parseJson(bytes, configSchema, path, 'MT_CHECKPOINT');
  if (config.hidden_size % config.num_attention_heads !== 0) {
    throw new MoodtapeError('MT_CHECKPOINT', `${path}: num_attention_heads does not divide hidden_size`);
  }
  return {
    vocabulary: config.vocab_size,
    positions: config.max_position_embeddings,
    positionOffset: config.model_type === 'bert' ? 0 : config.pad_token_id + 1,
    layers: config.num_hidden_layers,
    hidden: config.hidden_size,
    heads: config.num_attention_heads,
    intermediate: config.intermediate_size,
    layerNormEps: config.layer_norm_eps,
    padId: config.pad_token_id,
  };
}

function importParameters(encoder: EncoderSpec, tensors: Tensors): Parameters {
  const parameters = new Map<string, Parameter>();
  for (const [name, shape] of encoderShapes({ encoder })) {
    const parameter = importParameter(name, tensors);
    if (parameter.shape.join() !== shape.join()) {
      throw tensors.error(`${name} has the shape [${parameter.shape}], config.json says [${shape}]`);
    }
    parameters.set(name, parameter);
  }
  return parameters;
}

function importParameter(name: string, tensors: Tensors): Parameter {
  if (name === 'embeddings.word') return tensors.get('embeddings.word_embeddings.weight');
  if (name === 'embeddings.position') return importPositions(tensors);
  const { module, part } = moduleOf(name);
  if (part === 'gain') return tensors.get(`${module}.weight`, `${module}.gamma`);
  if (part === 'weight') return transposed(tensors.get(`${module}.weight`));
  return tensors.get(`${module}.bias`, `${module}.beta`);
}

/** Every text is of type 0, so that its embedding can be added to all positions once. */
function importPositions(tensors: Tensors): Parameter {
  const { shape, data } = tensors.get('embeddings.position_embeddings.weight');
  const types = tensors.get('embeddings.token_type_embeddings.weight').data;
  const hidden = shape.at(-1) ?? 1;
  return { shape, data: data.map((value, i) => value + (types[i % hidden] ?? 0)) };
}

/** `layer.3.ffn.up.bias` → module `encoder.layer.3.intermediate.dense`, part `bias`. */
function moduleOf(name: string): { module: string; part: string } {
  const [, layer, own = '', part = ''] = /^(?:layer\.(\d+)|embeddings)\.(.+)\.(\w+)$/.exec(name) ?? [];
  const module = layer === undefined ? 'embeddings.LayerNorm' : `encoder.layer.${layer}.${MODULES.get(own)}`;
  return { module, part };
}

/** The tensors of a checkpoint by their names below the model's prefix. */
class Tensors {
  readonly #prefix: string;

  constructor(
    readonly tensors: Parameters,
    readonly path: string,
  ) {
    const prefix = PREFIXES.find((candidate) => tensors.has(`${candidate}embeddings.word_embeddings.weight`));
    if (prefix === undefined) throw this.error('no tensor embeddings.word_embeddings.weight');
    this.#prefix = prefix;
  }

  /** The tensor of the first name that there is: old checkpoints say gamma and beta for weight and bias. */
  get(...names: readonly [string, ...string[]]): Parameter {
    for (const name of names) {
      const tensor = this.tensors.get(this.#prefix + name);
      if (tensor !== undefined) return tensor;
    }
    throw this.error(`no tensor ${this.#prefix}${names[0]}`);
  }

  error(message: string): MoodtapeError {
    return new MoodtapeError('MT_CHECKPOINT', `${this.path}: ${message}`);
  }
}
