import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MoodtapeError } from '../errors.js';
import { type Bundle, loadBundle } from '../model/bundle.js';
import { BUNDLE_FILES, MANIFEST } from '../model/manifest.js';
import { guard, hasCode, sync } from './durable-files.js';

/** What is unfinished for longer than this belongs to a process that died. */
const LEFT_BEHIND_MS = 3_600_000;

/** Bundles in folders named by their version. A folder appears and disappears in one step. */
export class BundleStore {
  constructor(
    private readonly folder: string,
    /** For unfinished folders, on the same file system. */
    private readonly temporary: string,
  ) {}

  folderOf(version: string): string {
    return join(this.folder, version);
  }

  /** @throws MoodtapeError MT_BUNDLE when it is missing or damaged. */
  load(version: string): Promise<Bundle> {
    return loadedAs(version, this.folderOf(version));
  }

  /** True when there is something in its place, be it damaged. */
  async has(version: string): Promise<boolean> {
    return (await ageOf(this.folderOf(version))) !== undefined;
  }

  /**
   * Copies a bundle to its place, unless it is there undamaged; a damaged one is replaced.
   *
   * @throws MoodtapeError MT_BUNDLE when it changes meanwhile, MT_REGISTRY when the folder cannot be written.
   */
  put({ dir, version }: Bundle): Promise<void> {
    return guard(async () => {
      if (await this.#isIntact(version)) return;
      const copy = this.#newPath();
      try {
        await copyBundle(dir, copy);
        await loadedAs(version, copy);
        if ((await this.#place(copy, version)) || (await this.#isIntact(version))) return;
        await this.#setAside(version);
        await this.#place(copy, version);
      } finally {
        await rm(copy, { recursive: true, force: true });
      }
    });
  }

  /**
   * Removes a bundle.
   *
   * @param isWanted asked before, and again when it is out of its place, where true puts it back
   * @throws MoodtapeError MT_REGISTRY when the folder cannot be written.
   */
  remove(version: string, isWanted: () => Promise<boolean>): Promise<void> {
    return guard(async () => {
      if (await isWanted()) return;
      const aside = await this.#setAside(version);
      if (aside === undefined) return;
      if (await isWanted()) await this.#place(aside, version);
      await rm(aside, { recursive: true, force: true });
    });
  }

  /** Removes what processes that died have left: unfinished files, and bundles that nobody wants. */
  tidy(isWanted: (version: string) => Promise<boolean>): Promise<void> {
    return guard(async () => {
      for (const version of await oldNames(this.folder)) {
        await this.remove(version, () => isWanted(version));
      }
      for (const name of await oldNames(this.temporary)) {
        await rm(join(this.temporary, name), { recursive: true, force: true });
      }
    });
  }

  async #isIntact(version: string): Promise<boolean> {
    return this.load(version).then(
      () => true,
      () => false,
    );
  }

  /** False when something is there already. */
  async #place(from: string, version: string): Promise<boolean> {
    try {
      await rename(from, this.folderOf(version));
      await sync(this.folder);
      return true;
    } catch (error) {
      if (hasCode(error, 'ENOTEMPTY', 'EEXIST')) return false;
      throw error;
    }
  }

  /** Where it is now; undefined when nothing was there. */
  async #setAside(version: string): Promise<string | undefined> {
    const aside = this.#newPath();
    try {
      await rename(this.folderOf(version), aside);
      return aside;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  #newPath(): string {
    return join(this.temporary, randomUUID());
  }
}

async function loadedAs(version: string, dir: string): Promise<Bundle> {
  const bundle = await loadBundle(dir);
  if (bundle.version === version) return bundle;
  throw new MoodtapeError('MT_BUNDLE', `${dir} holds the version ${bundle.version} instead of ${version}`);
}

async function copyBundle(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const file of [...BUNDLE_FILES, MANIFEST]) {
    await copyFile(join(from, file), join(to, file));
    await sync(join(to, file));
  }
  await sync(to);
}

async function oldNames(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  const ages = await Promise.all(names.map((name) => ageOf(join(folder, name))));
  return names.filter((_, i) => (ages[i] ?? 0) > LEFT_BEHIND_MS);
}

/** Milliseconds since it got its name or last changed; undefined when it is not there. */
async function ageOf(path: string): Promise<number | undefined> {
  try {
    return Date.now() - (await stat(path)).ctimeMs;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
