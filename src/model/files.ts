import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type ErrorCode, MoodtapeError, messageOf } from '../errors.js';
import type { Parameters } from './parameters.js';
import { decodeSafetensors } from './safetensors.js';

// Files of a model's folder. What cannot be read is an error of `code` that names the file.

/** A tokenizer as Hugging Face stores it: tokenizer.json and tokenizer_config.json, parsed. */
export interface TokenizerFiles {
  readonly json: JsonObject;
  readonly config: JsonObject;
}

export type JsonObject = Readonly<Record<string, unknown>>;
export const jsonObjectSchema = z.record(z.string(), z.unknown());

export async function readBytes(path: string, code: ErrorCode): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new MoodtapeError(code, `cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}

export function parseJson<T>(bytes: Buffer, schema: z.ZodType<T>, path: string, code: ErrorCode): T {
  try {
    const result = schema.safeParse(JSON.parse(bytes.toString()));
    if (result.success) return result.data;
    throw new Error(z.prettifyError(result.error));
  } catch (error) {
    throw new MoodtapeError(code, `${path} is not valid: ${messageOf(error)}`, { cause: error });
  }
}

export function parseWeights(bytes: Buffer, path: string, code: ErrorCode): Parameters {
  try {
    return decodeSafetensors(bytes);
  } catch (error) {
    throw new MoodtapeError(code, `${path}: ${messageOf(error)}`, { cause: error });
  }
}

export async function readTokenizer(dir: string, code: ErrorCode): Promise<TokenizerFiles> {
  const read = async (name: string) => {
    const path = join(dir, name);
    return parseJson(await readBytes(path, code), jsonObjectSchema, path, code);
  };
  const [json, config] = await Promise.all([read('tokenizer.json'), read('tokenizer_config.json')]);
  return { json, config };
}

/** Writes a file in one step: one that is there stays whole until then. */
export async function writeAtomically(path: string, contents: string | Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, contents);
  await rename(`${path}.new`, path);
}
