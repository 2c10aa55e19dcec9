import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { LABELS } from '../codec/sentiment.js';
import { MoodtapeError } from '../errors.js';
import { type Bundle, saveBundle } from '../model/bundle.js';
import { readCheckpoint } from '../model/checkpoint.js';
import { headShapes } from '../model/parameters.js';
import type { ModelSpec } from '../model/spec.js';
import { initialParameters } from './initial.js';

export interface ImportOptions {
  /** Tokens that the model will read of a text, special tokens included; all that it has positions for when left out. */
  readonly maxLength?: number;
  /** Of the head's first weights. */
  readonly seed: number;
}

/**
 * Makes a bundle of a Hugging Face encoder: a dense classifier with a head that has yet to be trained.
 *
 * @throws MoodtapeError MT_CHECKPOINT when it cannot be imported, or has fewer positions than `maxLength`.
 */
export async function importCheckpoint(dir: string, out: string, options: ImportOptions): Promise<Bundle> {
  const { encoder, parameters, tokenizer } = await readCheckpoint(dir);
  const positions = encoder.positions - encoder.positionOffset;
  const { maxLength = positions, seed } = options;
  if (maxLength > positions) {
    throw new MoodtapeError(
      'MT_CHECKPOINT',
      `${dir} has positions for ${positions} tokens, not ${maxLength}`,
      {
        remedy: `give a length of at most ${positions}`,
      },
    );
  }
  const spec: ModelSpec = { encoder, experts: null, labels: [...LABELS], maxLength };
  const head = initialParameters(headShapes(spec), seed);
  const weights = createHash('sha256').update(await readFile(join(dir, 'model.safetensors')));
  return saveBundle(
    out,
    {
      name: basename(resolve(dir)),
      spec,
      parameters: new Map([...parameters, ...head]),
      tokenizer,
      temperature: 1,
      metrics: {},
      provenance: { phase: 'import', seed, weights: weights.digest('hex') },
    },
    'F32',
  );
}
