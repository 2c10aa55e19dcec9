import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Bundle, loadBundle, saveBundle } from '../model/bundle.js';
import { loadTokeniser, type Tokenise } from '../text/tokenise.js';
import type { BackendName } from './backend.js';
import { labelledTexts } from './corpus.js';
import { type ReadOptions, readExamples } from './dataset.js';
import type { Model, TokenisedExample } from './model.js';
import type { PhaseSettings } from './settings.js';
import type { TrainedModel } from './train-phase.js';

/** A bundle opened for training or evaluation. */
export interface OpenedBundle {
  readonly bundle: Bundle;
  readonly model: Model;
  readonly tokenise: Tokenise;
  /** Reads labelled CSV files as this model reads texts. */
  read(files: readonly string[], options?: ReadOptions): Promise<TokenisedExample[]>;
}

export async function openBundle(dir: string): Promise<OpenedBundle> {
  const bundle = await loadBundle(dir);
  const { spec, tokenizer } = bundle;
  const tokenise = loadTokeniser(tokenizer.json, tokenizer.config, spec.maxLength);
  return {
    bundle,
    model: { spec, parameters: await bundle.parameters() },
    tokenise,
    read: async (files, options) => labelledTexts(await readExamples(files, spec.labels, options), tokenise),
  };
}

/** How a model came about: enough to make it again. */
export interface Provenance {
  readonly phase: string;
  readonly settings: PhaseSettings | Readonly<Record<string, never>>;
  readonly backend: BackendName | 'none';
  readonly train: readonly string[];
  readonly valid: readonly string[];
  readonly from: readonly Bundle[];
}

export async function saveTrained(
  out: string,
  name: string,
  trained: Model & Partial<Pick<TrainedModel, 'temperature' | 'metrics' | 'history'>>,
  provenance: Provenance,
): Promise<Bundle> {
  const { from, train, valid, ...rest } = provenance;
  const [first] = from;
  if (first === undefined) throw new RangeError('a trained model comes from another');
  return saveBundle(
    out,
    {
      name,
      spec: trained.spec,
      parameters: trained.parameters,
      tokenizer: first.tokenizer,
      temperature: trained.temperature ?? 1,
      metrics: { valid: trained.metrics ?? null },
      provenance: {
        ...rest,
        train: await Promise.all(train.map(fileOf)),
        valid: await Promise.all(valid.map(fileOf)),
        history: trained.history ?? [],
        from: from.map((bundle) => ({ name: bundle.name, version: bundle.version, ...bundle.provenance })),
      },
    },
    'F16',
  );
}

async function fileOf(path: string): Promise<{ file: string; sha256: string }> {
  return {
    file: basename(path),
    sha256: createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  };
}
