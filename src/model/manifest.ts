import { createHash } from 'node:crypto';
import { z } from 'zod';
import { MoodtapeError } from '../errors.js';
import { jsonObjectSchema } from './files.js';
import { modelSpecSchema } from './spec.js';

export const FORMAT = 'moodtape-bundle-1';

/** What a bundle says of itself, see `manifestSchema`. */
export const MANIFEST = 'model.json';

/** The files of a bundle besides the manifest. */
export const BUNDLE_FILES = [
  'weights.safetensors',
  'model.int8.onnx',
  'tokenizer.json',
  'tokenizer_config.json',
] as const;
export type BundleFile = (typeof BUNDLE_FILES)[number];

/** model.json: what a bundle says of itself. */
export const manifestSchema = z.object({
  format: z.literal(FORMAT, 'this version of moodtape does not know the format'),
  name: z.string().min(1),
  /** See `versionOf`. */
  version: z.string(),
  spec: modelSpecSchema,
  /** Divides the logits: calibrates the probabilities. */
  temperature: z.number().positive(),
  metrics: jsonObjectSchema,
  provenance: jsonObjectSchema,
  /** sha256 of each file, in hex. */
  files: z.record(z.enum(BUNDLE_FILES), z.string()),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** Hash of all that decides the scores, spec, temperature and files: twelve hex digits. */
export function versionOf({
  spec,
  temperature,
  files,
}: Pick<Manifest, 'spec' | 'temperature' | 'files'>): string {
  const hashes = BUNDLE_FILES.map((file) => files[file]);
  // Parsing puts the keys of the spec into one order.
  const content = JSON.stringify([modelSpecSchema.parse(spec), temperature, hashes]);
  return sha256(Buffer.from(content)).slice(0, 12);
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** @throws MoodtapeError MT_BUNDLE when the manifest was changed by hand. */
export function checkVersion(manifest: Manifest, path: string): void {
  if (versionOf(manifest) !== manifest.version) {
    throw new MoodtapeError('MT_BUNDLE', `${path} does not match its version ${manifest.version}`);
  }
}
