import { basename, resolve } from 'node:path';
import { LABELS } from '../codec/sentiment.js';
import { MoodtapeError, messageOf } from '../errors.js';
import { type Bundle, saveBundle } from '../model/bundle.js';
import { readCheckpoint } from '../model/checkpoint.js';
import type { TokenizerFiles } from '../model/files.js';
import { headShapes } from '../model/parameters.js';
import type { ModelSpec } from '../model/spec.js';
import { loadTokeniser } from '../text/tokenise.js';
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
  const { encoder, parameters, tokenizer, sha256 } = await readCheckpoint(dir);
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
  checkTokenizer(dir, tokenizer, maxLength);
  const spec: ModelSpec = { encoder, experts: null, labels: [...LABELS], maxLength };
  const head = initialParameters(headShapes(spec), seed);
  return saveBundle(
    out,
    {
      name: basename(resolve(dir)),
      spec,
      parameters: new Map([...parameters, ...head]),
      tokenizer,
      temperature: 1,
      metrics: {},
      provenance: { phase: 'import', seed, weights: sha256 },
    },
    'F32',
  );
}

function checkTokenizer(dir: string, { json, config }: TokenizerFiles, maxLength: number): void {
  try {
    loadTokeniser(json, config, maxLength);
  } catch (error) {
    throw new MoodtapeError('MT_CHECKPOINT', `${dir}: ${messageOf(error)}`, { cause: error });
  }
}
