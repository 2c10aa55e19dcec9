import { join } from 'node:path';
import { z } from 'zod';
import { MoodtapeError } from '../../errors.js';
import { parseJson, readBytes } from '../files.js';
import type { EncoderSpec } from '../spec.js';

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
  quantization_config: z.null('quantised weights are not supported').optional(),
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

/**
 * Reads the config.json of a checkpoint.
 *
 * @throws MoodtapeError MT_CHECKPOINT naming the field that asks for another architecture.
 */
export async function readConfig(dir: string): Promise<EncoderSpec> {
  const path = join(dir, 'config.json');
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
