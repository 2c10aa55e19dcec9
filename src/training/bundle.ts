import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Bundle, loadBundle, saveBundle } from '../model/bundle.js';
import { loadTokeniser, type Tokenise } from '../text/tokenise.js';
import type { BackendName } from './backend.js';
import { labelledTexts } from './corpus.js';
import { type ReadOptions, readExamples } from './dataset.js';
import type { Method } from './method.js';
import type { Model, TokenisedExample } from './model.js';
import type { PhaseSettings } from './settings.js';
import type { TrainedModel } from './train-phase.js';

export interface TextOptions extends ReadOptions {
  /** The labels of the files; those of the model when left out. */
  readonly labels?: readonly string[] | undefined;
  /** Texts of this domain alone. */
  readonly domain?: string | undefined;
}

/** A bundle opened for training or evaluation. */
export interface OpenedBundle {
  readonly bundle: Bundle;
  readonly model: Model;
  readonly tokenise: Tokenise;
  /** Reads labelled CSV files as this model reads texts. */
  read(files: readonly string[], options?: TextOptions): Promise<TokenisedExample[]>;
}

export async function openBundle(dir: string): Promise<OpenedBundle> {
  const bundle = await loadBundle(dir);
  return openedAs(bundle, { spec: bundle.spec, parameters: await bundle.parameters() });
}

/** A model that reads texts by a bundle's tokenizer. */
export function openedAs(bundle: Bundle, model: Model): OpenedBundle {
  const { spec } = model;
  const { tokenizer } = bundle;
  const tokenise = loadTokeniser(tokenizer.json, tokenizer.config, spec.maxLength);
  return {
    bundle,
    model,
    tokenise,
    async read(files, { labels = spec.labels, domain, ...options } = {}) {
      const texts = labelledTexts(await readExamples(files, labels, options), tokenise);
      return domain === undefined ? texts : texts.filter((text) => text.domain === domain);
    },
  };
}

/** How a model came about: enough to make it again. */
export interface Provenance {
  readonly phase: string;
  readonly settings: PhaseSettings | Readonly<Record<string, never>>;
  /** Of the run, see `fingerprintOf`; none where nothing was trained. */
  readonly fingerprint?: string;
  /** How a base learned. */
  readonly method?: Method | undefined;
  readonly backend: BackendName | 'none';
  readonly train: readonly string[];
  readonly valid: readonly string[];
  readonly from: readonly Bundle[];
}

export async function saveTrained(
  out: string,
  name: string,
  trained: Model & Partial<Omit<TrainedModel, keyof Model>>,
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
      metrics: { valid: trained.metrics ?? null, cost: trained.cost ?? null },
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
