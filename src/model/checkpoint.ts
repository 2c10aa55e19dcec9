import { MoodtapeError } from '../errors.js';
import { readConfig } from './checkpoint/config.js';
import { readCheckpointTokenizer } from './checkpoint/tokenizer.js';
import { readWeights, type Weights } from './checkpoint/weights.js';
import type { TokenizerFiles } from './files.js';
import { transposed } from './matrix.js';
import { encoderShapes, type Parameter, type Parameters } from './parameters.js';
import type { EncoderSpec } from './spec.js';

/** An encoder imported from a Hugging Face folder. */
export interface Checkpoint {
  readonly encoder: EncoderSpec;
  /** The parameters that `encoderShapes` lists. */
  readonly parameters: Parameters;
  readonly tokenizer: TokenizerFiles;
  /** Of the files that hold the weights. */
  readonly sha256: string;
}

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
 * Imports the encoder of a BERT, RoBERTa or XLM-RoBERTa checkpoint. Poolers and heads are left behind.
 *
 * @throws MoodtapeError MT_CHECKPOINT when a file or a tensor is missing or damaged, or the architecture is another.
 */
export async function readCheckpoint(dir: string): Promise<Checkpoint> {
  const encoder = await readConfig(dir);
  const tokenizer = await readCheckpointTokenizer(dir);
  const weights = await readWeights(dir);
  const parameters = importParameters(encoder, new Tensors(weights));
  return { encoder, parameters, tokenizer, sha256: weights.sha256 };
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

  constructor(readonly weights: Weights) {
    const { tensors } = weights;
    const prefix = PREFIXES.find((candidate) => tensors.has(`${candidate}embeddings.word_embeddings.weight`));
    if (prefix === undefined) throw this.error('no tensor embeddings.word_embeddings.weight');
    this.#prefix = prefix;
  }

  /** The tensor of the first name that there is: old checkpoints say gamma and beta for weight and bias. */
  get(...names: readonly [string, ...string[]]): Parameter {
    for (const name of names) {
      const tensor = this.weights.tensors.get(this.#prefix + name);
      if (tensor !== undefined) return tensor;
    }
    throw this.error(`no tensor ${this.#prefix}${names[0]}`);
  }

  error(message: string): MoodtapeError {
    return new MoodtapeError('MT_CHECKPOINT', `${this.weights.path}: ${message}`);
  }
}
