import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import type { ModelEvent } from '../codec/model-event.js';
import { userPath } from '../config.js';
import { MoodtapeError } from '../errors.js';
import { MANIFEST } from '../model/manifest.js';
import { aliasesOf, findVersion } from '../registry/aliases.js';
import { ModelRegistry } from '../registry/registry.js';

export interface RegistryOptions {
  readonly registry: string;
  readonly json?: boolean;
}

const VARIABLE = 'MOODTAPE_MODELS';
const DEFAULT = '.moodtape/models';

/** Where nothing is said, the folder that a topology follows by default. */
export function registryOption(): Option {
  return new Option('--registry <dir>', 'folder of the model registry').default(
    process.env[VARIABLE] || DEFAULT,
    `${DEFAULT}, variable: ${VARIABLE}`,
  );
}

/** Undefined when there is none: who only looks makes no folders. */
export async function openExisting(folder: string): Promise<ModelRegistry | undefined> {
  return existsSync(join(folder, 'journal')) ? ModelRegistry.open(folder) : undefined;
}

/** @throws MoodtapeError MT_REGISTRY when there is none. */
export async function requireRegistry(folder: string): Promise<ModelRegistry> {
  const registry = await openExisting(folder);
  if (registry !== undefined) return registry;
  throw new MoodtapeError('MT_REGISTRY', `there is no model registry at ${folder}`, {
    remedy: '`moodtape models promote BUNDLE` makes one; --registry names another folder',
  });
}

/** The model that a user means: the folder of a bundle, else an alias, a version or its beginning in the registry. */
export async function findModel(
  name: string,
  folder: string,
): Promise<{ readonly dir: string; readonly version?: string }> {
  const dir = userPath(name);
  if (existsSync(join(dir, MANIFEST))) return { dir };
  const registry = await openExisting(folder);
  if (registry === undefined) return { dir };
  const version = findVersion(name, await registry.state(), await registry.events());
  return version === undefined ? { dir } : { dir: registry.folderOf(version), version };
}

/** What a registry knows of a version. */
export interface Journalled {
  readonly aliases: readonly string[];
  readonly events: readonly ModelEvent[];
}

export async function journalled(version: string, folder: string): Promise<Journalled> {
  const registry = await openExisting(folder);
  if (registry === undefined) return { aliases: [], events: [] };
  const events = await registry.events();
  return {
    aliases: aliasesOf(version, await registry.state()),
    events: events.filter((event) => event.version === version),
  };
}
