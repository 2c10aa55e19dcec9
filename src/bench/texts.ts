import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openArchive } from '../backfill/archive.js';
import { fileSource } from '../backfill/source.js';
import { packagePath } from '../config.js';
import { asMoodtapeError, MoodtapeError } from '../errors.js';
import { random, shuffle } from '../training/random.js';

const DEMO_FEED = ['news.ndjson', 'forum.ndjson'].map((name) => packagePath('demo', 'feed', name));
const SEED = 13;

/**
 * So many texts, all different, drawn from files (CSV or NDJSON) and folders (their files `test.csv`, at any depth), or
 * from the demo feed when there are none of these. The same texts in the same order in every run; numbered when there are too few.
 *
 * @throws MoodtapeError MT_FILE when a file cannot be read, MT_DATA when there are no texts.
 */
export async function readTexts(paths: readonly string[], count: number): Promise<string[]> {
  const files = paths.length === 0 ? DEMO_FEED : (await Promise.all(paths.map(filesOf))).flat();
  const texts: string[] = [];
  const sources = await Promise.all(files.map(fileSource));
  for await (const { content } of openArchive(sources, { columns: {}, domain: 'news' }).rows) {
    // The demo feed has broken lines on purpose.
    if (!(content instanceof MoodtapeError)) texts.push(content.text);
  }
  const different = shuffle([...new Set(texts)], random(SEED));
  if (different.length === 0) throw new MoodtapeError('MT_DATA', `no texts in ${files.join(', ')}`);
  return Array.from({ length: count }, (_, n) => {
    const again = Math.floor(n / different.length);
    return `${different[n % different.length]}${again === 0 ? '' : `（${again}）`}`;
  });
}

async function filesOf(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { recursive: true });
    const files = entries
      .filter((entry) => /(^|[\\/])test\.csv$/.test(entry))
      .map((entry) => join(path, entry));
    if (files.length > 0) return files.sort();
  } catch (error) {
    throw asMoodtapeError(error, 'MT_FILE');
  }
  throw new MoodtapeError('MT_FILE', `there is no test.csv in ${path}`, {
    remedy: 'name the files themselves',
  });
}
