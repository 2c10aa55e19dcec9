import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { asMoodtapeError, MoodtapeError } from '../../errors.js';
import { loadBundle } from '../../model/bundle.js';
import { parseJson, readBytes, writeAtomically } from '../../model/files.js';
import { normalisedExamples } from '../../training/corpus.js';
import { type Example, readExamples, writeExamples } from '../../training/dataset.js';
import { gateSettingsSchema } from '../gate/gate.js';
import { readGolden } from '../gate/golden.js';
import { cellOf, weightsByMix } from './label-mix.js';
import { type RefitRequest, type RefitResult, refitResultSchema } from './refit-request.js';
import { refitSettingsSchema } from './refit-settings.js';
import { drawn, learnableTexts, splitValid } from './refit-texts.js';

// What lies in the folder of a refit: the request, cut into files that any tool can read; then the unfinished training, the
// bundle that it made, and the result.

const requestSchema = z.object({
  incumbent: z.string(),
  settings: refitSettingsSchema,
  gate: gateSettingsSchema,
});

/** Texts of the replay, over the texts of the request. */
const REPLAY = 0.5;

type StoredRequest = z.infer<typeof requestSchema>;

const TEXT_SETS = ['train', 'valid', 'holdout', 'golden'] as const;
type TextSet = (typeof TEXT_SETS)[number];

/** Paths in the folder of a refit. */
export const refitFiles = (folder: string) => ({
  request: join(folder, 'request.json'),
  texts: (set: TextSet) => join(folder, `${set}.csv`),
  unfinished: join(folder, 'unfinished'),
  bundle: join(folder, 'bundle'),
  result: join(folder, 'result.json'),
});

/**
 * Writes all that a refit needs to a folder of its own, in one step; from then on `runRefit` can be called, and called
 * again. Texts of the holdout and of the golden set are left out of those to learn from; the source of these is their
 * domain and label, by which they are weighed (`weightsByMix`).
 *
 * @throws MoodtapeError MT_DATA when too few texts are left to learn from or a file cannot be read, MT_BUNDLE when the
 *   incumbent cannot be, MT_FILE when the folder cannot be written or there is one already.
 */
export async function prepareRefit(folder: string, request: RefitRequest): Promise<void> {
  const { spec, version } = await loadBundle(request.incumbent);
  const { settings, gate, replay = [] } = request;
  const holdout = normalisedExamples(request.holdout);
  const golden = await readGolden(request.golden, spec.labels);
  const earlier = replay.length === 0 ? [] : await readExamples(replay, spec.labels);
  const replayed = drawn(earlier, Math.ceil(REPLAY * request.texts.length), 'replay', version);
  const texts = learnableTexts([...replayed, ...request.texts], [...holdout, ...golden]);
  const learn = texts.map((example) => ({ ...example, source: cellOf(example) }));
  const sets = { ...splitValid(learn, settings.validShare), holdout, golden };
  if (sets.train.length === 0) {
    throw new MoodtapeError('MT_DATA', `a refit needs two texts at least to learn from, not ${texts.length}`);
  }
  const sourceWeights = weightsByMix(sets.train, holdout);
  const temporary = `${resolve(folder)}.${randomUUID()}`;
  const files = refitFiles(temporary);
  try {
    await mkdir(temporary, { recursive: true });
    for (const set of TEXT_SETS) {
      if (sets[set].length > 0) await writeExamples(files.texts(set), sets[set], spec.labels);
    }
    const stored: StoredRequest = {
      incumbent: resolve(request.incumbent),
      settings: { ...settings, sourceWeights },
      gate,
    };
    await writeFile(files.request, `${JSON.stringify(stored, undefined, 2)}\n`);
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw asMoodtapeError(error, 'MT_FILE');
  }
}

/** @throws MoodtapeError MT_FILE when there is no refit in the folder. */
export async function readRequest(folder: string): Promise<StoredRequest> {
  const { request } = refitFiles(folder);
  return parseJson(await readBytes(request, 'MT_FILE'), requestSchema, request, 'MT_FILE');
}

/** None where the set is empty. */
export async function readTexts(folder: string, set: TextSet, labels: readonly string[]): Promise<Example[]> {
  const file = refitFiles(folder).texts(set);
  return existsSync(file) ? readExamples([file], labels) : [];
}

/** Undefined while the refit is not done. */
export async function readResult(folder: string): Promise<RefitResult | undefined> {
  const { result } = refitFiles(folder);
  if (!existsSync(result)) return undefined;
  return parseJson(await readBytes(result, 'MT_FILE'), refitResultSchema, result, 'MT_FILE');
}

export async function writeResult(folder: string, result: RefitResult): Promise<void> {
  await writeAtomically(refitFiles(folder).result, `${JSON.stringify(result, undefined, 2)}\n`);
}
