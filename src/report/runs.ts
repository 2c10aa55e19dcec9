import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { MoodtapeError, messageOf } from '../errors.js';
import { jsonObjectSchema, parseJson, readBytes } from '../model/files.js';

export type Setting = string | number | boolean | null;

const scoresSchema = z.object({
  accuracy: z.number(),
  macroF1: z.number(),
  weightedF1: z.number(),
  ece: z.number(),
});
/** What is compared of runs; see `Metrics`. */
export type RunScores = z.infer<typeof scoresSchema>;

const evaluationSchema = z
  .object({ step: z.number(), loss: z.number(), metrics: scoresSchema })
  .transform(({ step, loss, metrics }) => ({ step, loss, ...metrics }));
/** One evaluation on the valid texts. */
export type RunStep = z.infer<typeof evaluationSchema>;

/** The part of a bundle's model.json that tells how it was trained, whatever else is in it. */
const trainedSchema = z.looseObject({
  spec: z.looseObject({ experts: jsonObjectSchema.nullish(), ffnExperts: jsonObjectSchema.nullish() }),
  metrics: z.looseObject({ valid: scoresSchema.nullish() }),
  provenance: z.looseObject({
    phase: z.string().optional(),
    method: z.unknown().optional(),
    settings: jsonObjectSchema.default({}),
    history: z.array(evaluationSchema).default([]),
  }),
});

/** A training run, as far as it is compared with others. */
export interface Run {
  /** Its folder, from the one above that which was given. */
  readonly name: string;
  readonly settings: Readonly<Record<string, Setting>>;
  /** At the end, calibrated, on the valid texts. */
  readonly scores: RunScores;
  readonly history: readonly RunStep[];
}

/**
 * Reads runs: each folder is a bundle that was trained (or has `<folder>.training/history.ndjson` beside it), or holds such
 * folders, or folders of them, as seeds are. Bundles within that were not trained, as of `merge`, are left out.
 *
 * @throws MoodtapeError MT_FILE when a folder holds no run, MT_BUNDLE or MT_FILE when one cannot be read.
 */
export async function readRuns(folders: readonly string[]): Promise<Run[]> {
  const runs = new Map<string, Run>();
  for (const given of folders) {
    const above = dirname(resolve(given));
    const found = await runFolders(given);
    const read = await Promise.all(found.map((folder) => readRun(folder, relative(above, folder))));
    if (read.every((run) => run === undefined)) throw noRun(given);
    found.forEach((folder, i) => {
      const run = read[i];
      if (run !== undefined) runs.set(folder, run);
    });
  }
  return [...runs.values()];
}

const manifestOf = (folder: string) => join(folder, 'model.json');
const historyOf = (folder: string) => `${folder}.training/history.ndjson`;
const isRun = (folder: string) => existsSync(manifestOf(folder)) || existsSync(historyOf(folder));

/** How far below a given folder runs are looked for: a folder for each setting, in it one for each seed. */
const DEPTH = 2;

function noRun(given: string): MoodtapeError {
  return new MoodtapeError('MT_FILE', `${given} holds no training run`, {
    remedy: 'give the --out folders of `moodtape train`, or the folder that they are in',
  });
}

async function runFolders(given: string): Promise<string[]> {
  try {
    return await runsIn(resolve(given), DEPTH);
  } catch (error) {
    throw new MoodtapeError('MT_FILE', `cannot read ${given}: ${messageOf(error)}`, { cause: error });
  }
}

async function runsIn(folder: string, depth: number): Promise<string[]> {
  if (isRun(folder)) return [folder];
  if (depth === 0) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const within = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name.replace(/\.training$/, '')));
  // The history of a run may be all that is left of it.
  const existing = [...new Set(within)].filter((inner) => isRun(inner) || existsSync(inner)).sort();
  return (await Promise.all(existing.map((inner) => runsIn(inner, depth - 1)))).flat();
}

/** Undefined for a bundle that was not trained. */
async function readRun(folder: string, name: string): Promise<Run | undefined> {
  const path = manifestOf(folder);
  const beside = await readHistory(historyOf(folder));
  if (!existsSync(path)) return runOf(name, {}, undefined, beside);
  const bytes = await readBytes(path, 'MT_BUNDLE');
  const { spec, metrics, provenance } = parseJson(bytes, trainedSchema, path, 'MT_BUNDLE');
  const { phase = 'none', method, settings, history } = provenance;
  const all = {
    phase,
    ...flat('', { method }),
    ...flat('', settings),
    ...flat('experts.', spec.experts ?? {}),
    ...flat('ffnExperts.', spec.ffnExperts ?? {}),
  };
  return runOf(name, all, metrics.valid ?? undefined, history.length > 0 ? history : beside);
}

/** Without scores of its own, a run is as good as the evaluation whose weights training keeps: the first of the best. */
function runOf(
  name: string,
  settings: Run['settings'],
  scores: RunScores | undefined,
  history: readonly RunStep[],
): Run | undefined {
  const [first, ...rest] = history;
  const best = first && rest.reduce((top, step) => (step.weightedF1 > top.weightedF1 ? step : top), first);
  const known = scores ?? best;
  return known && { name, settings, scores: known, history };
}

async function readHistory(path: string): Promise<RunStep[]> {
  if (!existsSync(path)) return [];
  try {
    const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line) => evaluationSchema.parse(JSON.parse(line)));
  } catch (error) {
    throw new MoodtapeError('MT_FILE', `${path} is no history of a run: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Nested settings under one name each, such as `experts.router.at`. */
function flat(prefix: string, value: Readonly<Record<string, unknown>>): Record<string, Setting> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, Setting][] => {
      const name = `${prefix}${key}`;
      if (Array.isArray(inner)) return [[name, inner.join(' ')]];
      const object = jsonObjectSchema.safeParse(inner);
      if (object.success) return Object.entries(flat(`${name}.`, object.data));
      const setting = z.union([z.string(), z.number(), z.boolean(), z.null()]).safeParse(inner);
      return setting.success ? [[name, setting.data]] : [];
    }),
  );
}
