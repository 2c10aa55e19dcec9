import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { MoodtapeError } from '../../errors.js';
import { type JsonObject, jsonObjectSchema, parseJson, readBytes, type TokenizerFiles } from '../files.js';
import { bytePairTokenizer, vocabularySchema, wordPieceTokenizer } from './vocabulary.js';

const CONFIG = 'tokenizer_config.json';

const bertNormaliserSchema = z.looseObject({ type: z.literal('BertNormalizer') });
const bertSettingsSchema = z.object({
  do_lower_case: z.boolean().optional(),
  strip_accents: z.boolean().nullish(),
  tokenize_chinese_chars: z.boolean().optional(),
});

/**
 * Reads the tokenizer of a checkpoint: tokenizer.json, or one made from vocab.txt (WordPiece) or from vocab.json and
 * merges.txt (byte-level BPE); with tokenizer_config.json where there is one.
 *
 * @throws MoodtapeError MT_CHECKPOINT when there is none of them, or one is damaged.
 */
export async function readCheckpointTokenizer(dir: string): Promise<TokenizerFiles> {
  const has = (name: string) => existsSync(join(dir, name));
  const read = (name: string) => readBytes(join(dir, name), 'MT_CHECKPOINT');
  const readJson = async <T>(name: string, schema: z.ZodType<T>) =>
    parseJson(await read(name), schema, join(dir, name), 'MT_CHECKPOINT');
  const config = has(CONFIG) ? await readJson(CONFIG, jsonObjectSchema) : {};
  if (has('tokenizer.json')) {
    return { json: withSettings(await readJson('tokenizer.json', jsonObjectSchema), config), config };
  }
  if (has('vocab.txt')) {
    const json = wordPieceTokenizer(String(await read('vocab.txt')), join(dir, 'vocab.txt'));
    return { json: withSettings(json, config), config };
  }
  if (has('vocab.json') && has('merges.txt')) {
    const vocab = await readJson('vocab.json', vocabularySchema);
    const merges = String(await read('merges.txt'));
    const addPrefixSpace = config.add_prefix_space === true;
    return { json: bytePairTokenizer(vocab, merges, addPrefixSpace, join(dir, 'vocab.json')), config };
  }
  throw new MoodtapeError(
    'MT_CHECKPOINT',
    `${dir} has no tokenizer.json, vocab.txt, or vocab.json with merges.txt`,
    {
      remedy: `write it with transformers: python -c "from transformers import AutoTokenizer; AutoTokenizer.from_pretrained('${dir}').save_pretrained('${dir}')"`,
    },
  );
}

/** What tokenizer_config.json says about case, accents and Chinese characters has the last word, as in transformers. */
function withSettings(json: JsonObject, config: JsonObject): JsonObject {
  const normaliser = bertNormaliserSchema.safeParse(json.normalizer);
  const settings = bertSettingsSchema.safeParse(config);
  if (!normaliser.success || !settings.success) return json;
  const { do_lower_case, strip_accents, tokenize_chinese_chars } = settings.data;
  return {
    ...json,
    normalizer: {
      ...normaliser.data,
      ...(do_lower_case !== undefined && { lowercase: do_lower_case }),
      ...(strip_accents !== undefined && { strip_accents }),
      ...(tokenize_chinese_chars !== undefined && { handle_chinese_chars: tokenize_chinese_chars }),
    },
  };
}
