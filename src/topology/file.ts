import { readFile } from 'node:fs/promises';
import { userPath, type Variables } from '../config.js';
import { asMoodtapeError, MoodtapeError } from '../errors.js';
import { type LintOptions, type LintResult, lintTopology } from './lint.js';
import type { Topology } from './topology.js';

export interface TopologyOptions {
  /** A layer below the topology: a name for config/NAME.yaml, or a path. */
  readonly profile?: string | undefined;
  /** `process.env` when left out. */
  readonly variables?: Variables;
}

/** @throws MoodtapeError MT_FILE when a file cannot be read. */
export async function lintFile(
  file: string,
  { profile, variables = process.env, ...options }: TopologyOptions & Pick<LintOptions, 'files'> = {},
): Promise<LintResult> {
  return lintTopology(await readText(file), {
    ...options,
    variables,
    ...(profile !== undefined && { profile: await readProfile(profile) }),
  });
}

/**
 * A topology file that is right, completed by its profile and the environment.
 *
 * @throws MoodtapeError MT_TOPOLOGY with the first problem, MT_FILE when it cannot be read.
 */
export async function readTopology(file: string, options: TopologyOptions = {}): Promise<Topology> {
  const { topology, messages } = await lintFile(file, options);
  if (topology !== undefined) return topology;
  const [first] = messages;
  const more = messages.length > 1 ? ` (and ${messages.length - 1} more)` : '';
  throw new MoodtapeError(
    'MT_TOPOLOGY',
    `${first?.file ?? file}:${first?.line}:${first?.column} ${first?.field} ${first?.message}${more}`,
  );
}

async function readProfile(profile: string): Promise<{ file: string; text: string }> {
  const file = /^[\w-]+$/.test(profile) ? userPath(`config/${profile}.yaml`) : profile;
  return { file, text: await readText(file) };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw asMoodtapeError(error, 'MT_FILE');
  }
}
