import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { asMoodtapeError, MoodtapeError } from '../errors.js';
import { type ExpertForm, expertForms } from './expert-form.js';
import {
  type JsonObject,
  parseJson,
  parseWeights,
  readBytes,
  readTokenizer,
  type TokenizerFiles,
} from './files.js';
import { buildGraph, type Precision } from './graph.js';
import {
  BUNDLE_FILES,
  type BundleFile,
  checkVersion,
  FORMAT,
  MANIFEST,
  type Manifest,
  manifestSchema,
  sha256,
  versionOf,
} from './manifest.js';
import type { Parameters } from './parameters.js';
import type { Route } from './route.js';
import { decodeSafetensors, encodeSafetensors, type StoredType } from './safetensors.js';
import type { ModelSpec } from './spec.js';

/** What a bundle is made of. */
export interface BundleContent {
  readonly name: string;
  readonly spec: ModelSpec;
  readonly parameters: Parameters;
  readonly tokenizer: TokenizerFiles;
  /** Divides the logits: calibrates the probabilities. */
  readonly temperature: number;
  readonly metrics: JsonObject;
  readonly provenance: JsonObject;
}

/** A model in a folder: model.json, the tokenizer, the weights and the int8 graph. */
export interface Bundle extends Omit<BundleContent, 'parameters'> {
  readonly dir: string;
  /** Twelve hex digits, the same for bundles that score alike to the bit. */
  readonly version: string;
  /** The weights as they are stored; the graphs are made from the same values. */
  parameters(): Promise<Parameters>;
  /**
   * The ONNX file of a precision: int8 with its router, in low-rank form, is stored; the others are made from the
   * weights. The form is the first of `expertForms` when left out.
   */
  graph(precision: Precision, route?: Route, form?: ExpertForm): Promise<Uint8Array>;
}

/**
 * Writes a bundle in the place of what was at `dir`, in one step when all its files are written.
 * The parameters are rounded to `stored` once, here; graph and later training start from the rounded values.
 *
 * @throws MoodtapeError MT_BUNDLE when a parameter is missing, has the wrong shape or cannot be stored,
 *   MT_FILE when the folder cannot be written.
 */
export async function saveBundle(dir: string, content: BundleContent, stored: StoredType): Promise<Bundle> {
  const files = encodeFiles(content, stored);
  const manifest = JSON.stringify(manifestOf(content, files), undefined, 2);
  const target = resolve(dir);
  const temporary = `${target}.${randomUUID()}`;
  try {
    await mkdir(temporary, { recursive: true });
    await Promise.all(BUNDLE_FILES.map((file) => writeFile(join(temporary, file), files[file])));
    await writeFile(join(temporary, MANIFEST), `${manifest}\n`);
    await replaceFolder(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw asMoodtapeError(error, 'MT_FILE');
  }
  return loadBundle(dir);
}

/**
 * Opens a bundle and checks all its files against their checksums.
 *
 * @throws MoodtapeError MT_BUNDLE naming the file that is missing or damaged.
 */
export async function loadBundle(dir: string): Promise<Bundle> {
  const path = join(dir, MANIFEST);
  if (!existsSync(path)) {
    throw new MoodtapeError('MT_BUNDLE', `there is no model bundle: ${path} is missing`, {
      remedy: '`moodtape models list` shows the bundles that there are',
    });
  }
  const manifest = parseJson(await readBytes(path, 'MT_BUNDLE'), manifestSchema, path, 'MT_BUNDLE');
  checkVersion(manifest, path);
  const read = (file: BundleFile) => readChecked(dir, file, manifest.files[file]);
  await Promise.all(BUNDLE_FILES.map(read));
  const { name, version, spec, temperature, metrics, provenance } = manifest;
  const parameters = async () =>
    parseWeights(await read('weights.safetensors'), join(dir, 'weights.safetensors'), 'MT_BUNDLE');
  return {
    dir,
    name,
    version,
    spec,
    temperature,
    metrics,
    provenance,
    tokenizer: await readTokenizer(dir, 'MT_BUNDLE'),
    parameters,
    async graph(precision, route = 'router', form = expertForms(spec, route)[0]) {
      if (precision === 'int8' && route === 'router' && form === 'low-rank') return read('model.int8.onnx');
      const weights = await parameters();
      return buildGraph({ spec, parameters: weights, precision, temperature, route, form, output: 'scores' });
    },
  };
}

function encodeFiles(content: BundleContent, stored: StoredType): Record<BundleFile, Uint8Array> {
  const { spec, temperature, tokenizer } = content;
  const weights = encodeWeights(content.parameters, stored);
  const parameters = decodeSafetensors(weights);
  return {
    'weights.safetensors': weights,
    'model.int8.onnx': buildGraph({ spec, parameters, temperature, precision: 'int8', output: 'scores' }),
    'tokenizer.json': Buffer.from(JSON.stringify(tokenizer.json)),
    'tokenizer_config.json': Buffer.from(JSON.stringify(tokenizer.config)),
  };
}

function encodeWeights(parameters: Parameters, stored: StoredType): Uint8Array {
  try {
    return encodeSafetensors(parameters, stored);
  } catch (error) {
    throw asMoodtapeError(error, 'MT_BUNDLE');
  }
}

function manifestOf(content: BundleContent, contents: Record<BundleFile, Uint8Array>): Manifest {
  const { name, spec, temperature, metrics, provenance } = content;
  const files = {
    'weights.safetensors': sha256(contents['weights.safetensors']),
    'model.int8.onnx': sha256(contents['model.int8.onnx']),
    'tokenizer.json': sha256(contents['tokenizer.json']),
    'tokenizer_config.json': sha256(contents['tokenizer_config.json']),
  };
  const version = versionOf({ spec, temperature, files });
  return { format: FORMAT, name, version, spec, temperature, metrics, provenance, files };
}

async function readChecked(dir: string, file: BundleFile, checksum: string): Promise<Buffer> {
  const path = join(dir, file);
  const bytes = await readBytes(path, 'MT_BUNDLE');
  if (sha256(bytes) !== checksum) {
    throw new MoodtapeError('MT_BUNDLE', `${path} is damaged: its checksum is not the one in ${MANIFEST}`);
  }
  return bytes;
}

/** A folder with files in it cannot be renamed over: the old one steps aside first. */
async function replaceFolder(from: string, to: string): Promise<void> {
  const old = `${from}.old`;
  const existed = await rename(to, old).then(
    () => true,
    () => false,
  );
  await rename(from, to);
  if (existed) await rm(old, { recursive: true });
}
