import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { MoodtapeError } from '../errors.js';
import { kindOf } from './kind.js';
import { fileSource, type Source, stdinSource } from './source.js';

/** Stands for stdin among inputs, and for stdout as an output. */
export const STANDARD = '-';

/**
 * The sources that a user names: files, patterns such as `archive/*.csv`, whose files come in the order of their
 * names, and `-` for stdin. A file that is named twice is read once.
 *
 * @param stdin what stdin is, as the end of a file's name says it: `csv.gz`
 * @throws MoodtapeError MT_FILE when a file is not there or of an unknown kind, or a pattern fits none.
 */
export async function findSources(names: readonly string[], stdin = 'ndjson'): Promise<Source[]> {
  const files = (await Promise.all(names.map(filesOf))).flat();
  return Promise.all(
    [...new Set(files)].map((file) => (file === STANDARD ? stdinSource(kindOf(stdin)) : fileSource(file))),
  );
}

async function filesOf(name: string): Promise<string[]> {
  if (name === STANDARD || existsSync(name) || !isDynamicPattern(name)) return [name];
  const files = await glob(name, { absolute: isAbsolute(name), expandDirectories: false });
  if (files.length === 0) throw new MoodtapeError('MT_FILE', `no file fits ${name}`);
  return files.sort();
}
