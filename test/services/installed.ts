import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where `npm run services:install` puts what no package manager of the machine has. */
export const SERVICES_FOLDER = fileURLToPath(new URL('../../.services', import.meta.url));

/** A program on the PATH. */
export function findProgram(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** A folder that was installed, under a name that holds its version. */
export function findFolder(name: string): string | undefined {
  const folder = join(SERVICES_FOLDER, name);
  return existsSync(folder) ? folder : undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
