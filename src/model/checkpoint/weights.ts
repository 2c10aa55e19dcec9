import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { MoodtapeError } from '../../errors.js';
import { parseJson, parseWeights, readBytes } from '../files.js';
import type { Parameter } from '../parameters.js';

const SINGLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

/** Of the same folder: an index must not lead elsewhere. */
const fileName = z.string().regex(/^[\w.-]+\.safetensors$/, 'a shard is a file of the same folder');
const indexSchema = z.object({ weight_map: z.record(z.string(), fileName) });

/** What a checkpoint stores, as float32. */
export interface Weights {
  readonly tensors: ReadonlyMap<string, Parameter>;
  /** The file that lists the tensors. */
  readonly path: string;
  /** Of the files' bytes, shard after shard. */
  readonly sha256: string;
}

/**
 * Reads model.safetensors, or the shards that model.safetensors.index.json lists.
 *
 * @throws MoodtapeError MT_CHECKPOINT when a file is missing or damaged.
 */
export async function readWeights(dir: string): Promise<Weights> {
  const sharded = !existsSync(join(dir, SINGLE)) && existsSync(join(dir, INDEX));
  if (!sharded && !existsSync(join(dir, SINGLE))) throw noWeights(dir);
  const tensors = new Map<string, Parameter>();
  const hash = createHash('sha256');
  for (const file of sharded ? await shardsOf(dir) : [SINGLE]) {
    const path = join(dir, file);
    const bytes = await readBytes(path, 'MT_CHECKPOINT');
    hash.update(bytes);
    for (const [name, tensor] of parseWeights(bytes, path, 'MT_CHECKPOINT')) tensors.set(name, tensor);
  }
  return { tensors, path: join(dir, sharded ? INDEX : SINGLE), sha256: hash.digest('hex') };
}

async function shardsOf(dir: string): Promise<string[]> {
  const path = join(dir, INDEX);
  const bytes = await readBytes(path, 'MT_CHECKPOINT');
  const index = parseJson(bytes, indexSchema, path, 'MT_CHECKPOINT');
  return [...new Set(Object.values(index.weight_map))].sort();
}

function noWeights(dir: string): MoodtapeError {
  return new MoodtapeError('MT_CHECKPOINT', `${dir} has neither ${SINGLE} nor ${INDEX}`, {
    remedy: `write it from other weights with transformers: python -c "from transformers import AutoModel; AutoModel.from_pretrained('${dir}').save_pretrained('${dir}')"`,
  });
}
