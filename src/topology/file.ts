import { readFile } from 'node:fs/promises';
import { asMoodtapeError, MoodtapeError } from '../errors.js';
import { lintTopology } from './lint.js';
import type { Topology } from './topology.js';

export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw asMoodtapeError(error, 'MT_FILE');
  }
}

/**
 * A topology file that is right.
 *
 * @throws MoodtapeError MT_TOPOLOGY with the first problem, MT_FILE when it cannot be read.
 */
export async function readTopology(file: string): Promise<Topology> {
  const { topology, messages } = lintTopology(await readText(file));
  if (topology !== undefined) return topology;
  const [first] = messages;
  const more = messages.length > 1 ? ` (and ${messages.length - 1} more)` : '';
  throw new MoodtapeError(
    'MT_TOPOLOGY',
    `${file}:${first?.line}:${first?.column} ${first?.field} ${first?.message}${more}`,
  );
}
