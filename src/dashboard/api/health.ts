import { z } from 'zod';
import { packageVersion } from '../../config.js';
import { messageOf } from '../../errors.js';
import { inTime } from '../in-time.js';
import { NO_GROUP, type Sources } from '../sources.js';
import { healthSchema } from './answers.js';
import { endpoint } from './endpoint.js';

/** Milliseconds that the view and the log may take to answer. */
const PATIENCE_MS = 2_000;

export function health(sources: Sources) {
  const startedAt = Date.now();
  const version = packageVersion();
  return endpoint({
    path: '/api/health',
    summary: 'Whether all is well',
    input: z.strictObject({}),
    output: healthSchema,
    answer: async () => {
      const checks = await Promise.all([
        problemOf('the view', () => sources.view.recent({ limit: 1 })),
        problemOf('the log', () => sources.log.lag(NO_GROUP, [sources.scored.topic])),
      ]);
      const problems = [...checks.flat(), ...sources.stats.problems(performance.now())];
      const model = sources.model();
      return {
        status: problems.length === 0 ? ('ok' as const) : ('degraded' as const),
        version,
        startedAt,
        model: model === undefined ? null : { name: model.name, version: model.version },
        problems,
      };
    },
  });
}

async function problemOf(what: string, ask: () => Promise<unknown>): Promise<string[]> {
  try {
    await inTime(ask(), PATIENCE_MS);
    return [];
  } catch (error) {
    return [`${what}: ${messageOf(error)}`];
  }
}
