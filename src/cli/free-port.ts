import { createServer } from 'node:http';
import { MoodtapeError } from '../errors.js';
import { type Address, listen } from '../listen.js';

/** Ports that are tried. */
const MOST = 100;

/**
 * The first free port from `port` on.
 *
 * @throws MoodtapeError MT_LISTEN when the next hundred are taken too.
 */
export async function freePort({ host, port }: Address): Promise<number> {
  for (let next = port; ; next++) {
    try {
      await (await listen(createServer(), { host, port: next }, 'the dashboard')).close();
      return next;
    } catch (error) {
      if (!(error instanceof MoodtapeError) || next === port + MOST) throw error;
    }
  }
}
