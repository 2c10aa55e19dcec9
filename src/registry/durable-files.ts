import { link, open, stat } from 'node:fs/promises';
import { asMoodtapeError } from '../errors.js';

// What a crash of the machine, or of this process, must not leave half done.

/** Writes a new file and waits until it is on disk. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Waits until a file's bytes, or a folder's names, are on disk. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Gives a finished file a second name, unless something has that name already: then false. Of all processes and machines
 * that try at once, one gets true.
 *
 * @param file known under one name, which nobody else uses
 */
export async function linkOnce(file: string, name: string): Promise<boolean> {
  try {
    await link(file, name);
    return true;
  } catch (error) {
    // Over NFS an answer may get lost, and the request that is sent again meets what the first has done (open(2)).
    if ((await stat(file)).nlink === 2) return true;
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** What goes wrong in `action` becomes a MoodtapeError MT_REGISTRY, unless it is a MoodtapeError already. */
export async function guard<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw asMoodtapeError(error, 'MT_REGISTRY');
  }
}

/** True for an error of the file system with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.some((code) => code === error.code);
}
