import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MoodtapeError } from '../errors.js';
import { type Bundle, loadBundle } from '../model/bundle.js';

/** A bundle that was found, or why it is not usable. */
export interface InstalledModel {
  readonly dir: string;
  readonly bundle: Bundle | MoodtapeError;
}

/** The bundles that lie in these folders, each checked against its checksums; a folder need not exist. */
export async function installedModels(folders: readonly string[]): Promise<InstalledModel[]> {
  const dirs = await Promise.all(folders.map(subfolders));
  return Promise.all(dirs.flat().map(async (dir) => ({ dir, bundle: await load(dir) })));
}

async function subfolders(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    return names.sort().map((name) => join(folder, name));
  } catch {
    return [];
  }
}

async function load(dir: string): Promise<Bundle | MoodtapeError> {
  try {
    return await loadBundle(dir);
  } catch (error) {
    if (error instanceof MoodtapeError) return error;
    throw error;
  }
}
